"""Functions that are called, not inlined: those that call themselves.

In an `Apply`, the function is a `Subroutine`: its parameters are names, its body a block that yields one atom.  Its
derivatives are subroutines too, made once and kept beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from s2s import facts, ir


@dataclass(eq=False)
class Subroutine:
    """A function of the generated module.  `fact` is what is known of its result; `derived` its derivatives, by kind."""

    name: str
    parameters: tuple[str, ...] = ()
    body: ir.Block = field(default_factory=lambda: ir.Block((), ()))
    fact: facts.Type | None = None
    derived: dict[Any, Any] = field(default_factory=dict)
    origin: ir.Origin | None = None

    @property
    def __name__(self) -> str:
        return self.name

    def __call__(self, *args: Any) -> Any:
        raise NotImplementedError(self.name)


def called(block: ir.Block, handed: bool = False) -> Iterator[Subroutine]:
    """The subroutines that a block calls, those that they call too, each once.

    `handed`: those too that it hands to a function which calls them.
    """
    seen: set[int] = set()
    pending = [block]
    while pending:
        for stmt in pending.pop().statements:
            pending.extend(ir.blocks(stmt))
            for routine in _in(stmt, handed) if isinstance(stmt, ir.Let) else ():
                if id(routine) not in seen:
                    seen.add(id(routine))
                    pending.append(routine.body)
                    yield routine


def _in(stmt: ir.Let, handed: bool) -> Iterator[Subroutine]:
    """The subroutines that a statement names."""
    if isinstance(stmt.value.function, Subroutine):
        yield stmt.value.function
    if handed:
        given = (*stmt.value.args, *(atom for _, atom in stmt.value.kwargs))
        yield from (atom.value for atom in given if isinstance(atom, ir.Const) and isinstance(atom.value, Subroutine))
