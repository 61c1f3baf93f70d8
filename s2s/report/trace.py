"""Where a value of the forward sweep comes from, and which lines' derivatives read it.

In: the two halves of a derivative, and what the first hands to the second.  Out: the value behind a record, the loops around
it, whether only some iterations have it; the statements of the reverse sweep that read it; why it was recorded.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from s2s import facts, ir
from s2s.differentiate.recover import CHEAP
from s2s.primitives import BINARY_SYMBOLS, VIEWS, Opaque
from s2s.subroutine import Subroutine
from s2s.twin import is_basic
from s2s_runtime import containers

Loop = ir.For | ir.While


@dataclass(frozen=True)
class Bound:
    """What binds a name: a statement, and which of its results, or `carried` the name inside; None: a parameter."""

    stmt: ir.Stmt | None
    position: int = 0
    carried: bool = False


@dataclass(frozen=True)
class Found:
    """A value, the loops that record it, outermost first, and whether an iteration may go without."""

    name: str
    loops: tuple[Loop, ...] = ()
    sometimes: bool = False


class Forward:
    """The first half: what binds each name."""

    def __init__(self, program: ir.Function) -> None:
        self.program, self.hints = program, program.hints
        self.bound: dict[str, Bound] = {parameter.name: Bound(None) for parameter in program.parameters}
        self.inputs = {name for tree in program.inputs for name in ir.variables(tree)} | set(self.bound)
        self._note(program.body)

    def _note(self, block: ir.Block) -> None:
        for stmt in block.statements:
            self.bound.update((name, Bound(stmt, k)) for k, name in enumerate(ir.binds(stmt)))
            if isinstance(stmt, (ir.For, ir.While)):
                self.bound.update((name, Bound(stmt, k, True)) for k, name in enumerate(stmt.carried))
            for inner in ir.blocks(stmt):
                self._note(inner)

    # ------------------------------------------------------------------------------------------------- what is recorded
    def found(self, name: str, loops: tuple[Loop, ...] = (), sometimes: bool = False) -> Found:
        """The value behind a list that loops append to, or behind a branch's result that only one arm gives."""
        bound = self.bound.get(name)
        stmt = bound.stmt if bound is not None else None
        if bound is None or stmt is None or bound.carried:
            return Found(name, loops, sometimes)
        if isinstance(stmt, (ir.For, ir.While)):
            appended = self._appended(stmt, bound.position)
            return self.found(appended, (*loops, stmt), sometimes) if appended else Found(name, loops, sometimes)
        if isinstance(stmt, (ir.If, ir.With, ir.Try)):
            atoms = [block.yields[bound.position] for block in ir.blocks(stmt)]
            given = [atom for atom in atoms if isinstance(atom, ir.Var)]
            if len(given) == 1 and all(_fills(atom) for atom in atoms if atom is not given[0]):
                return self.found(given[0].name, loops, sometimes or len(atoms) > 1)
        if isinstance(stmt, ir.Let) and stmt.origin is None and stmt.value.function.__name__ == "copy":
            (copied, *_) = stmt.value.args
            return self.found(copied.name, loops, sometimes) if isinstance(copied, ir.Var) else Found(name)
        return Found(name, loops, sometimes)

    def _appended(self, stmt: Loop, position: int) -> str | None:
        """What a loop appends to this result, which begins empty."""
        last = stmt.body.yields[position + (1 if stmt.stops else 0)]
        bound = self.bound.get(last.name) if isinstance(last, ir.Var) else None
        if bound is None or not isinstance(bound.stmt, ir.Let) or bound.stmt.value.function is not containers.append:
            return None
        held, item = bound.stmt.value.args
        own = held == ir.Var(stmt.carried[position]) and stmt.inits[position] == ir.Pack(list, ())
        return item.name if own and isinstance(item, ir.Var) else None

    def is_argument(self, name: str) -> bool:
        """Whether a value is an argument, a part of one, or a view of one: not memory of the derivative's own."""
        return self.base(name, self.inputs) in self.inputs

    def base(self, name: str, among: Collection[str]) -> str:
        """What a value is a view or a part of: one of these names, or as far back as is certain."""
        while name not in among:
            bound = self.bound.get(name)
            if bound is None or bound.carried or not isinstance(bound.stmt, ir.Let):
                break
            apply = bound.stmt.value
            if apply.function not in VIEWS or not apply.args or not isinstance(apply.args[0], ir.Var):
                break
            if apply.function is operator.getitem and not self._is_view(name, apply.args[1]):
                break
            name = apply.args[0].name
        return name

    def _is_view(self, name: str, index: ir.Atom) -> bool:
        fact = self.program.types.get(name)
        if isinstance(fact, facts.Num) and fact.shape == ():
            return False
        return is_basic(lambda atom: self.program.types.get(atom.name) if isinstance(atom, ir.Var) else None, index)

    # --------------------------------------------------------------------------------------------------- where and why
    def origin(self, name: str) -> ir.Origin | None:
        """The user's statement that makes a value; for a carried one, the statement that makes its next."""
        first, seen = self.bound.get(name), set()
        bound = first
        while bound is not None and isinstance(bound.stmt, (ir.For, ir.While)) and name not in seen:
            seen.add(name)  # names that change places come round again
            last = bound.stmt.body.yields[bound.position + (1 if bound.stmt.stops else 0)]
            name = last.name if isinstance(last, ir.Var) else name
            bound = self.bound.get(name)
        found = bound.stmt if bound is not None and not isinstance(bound.stmt, (ir.For, ir.While)) else None
        made = found or (first.stmt if first is not None else None)
        return None if made is None else made.origin

    def word(self, name: str) -> str:
        """What the user calls a value, or the function that gives it."""
        hint = self.hints.get(name)
        bound = self.bound.get(name)
        if hint or bound is None or not isinstance(bound.stmt, ir.Let):
            return hint or "value"
        function = bound.stmt.value.function
        if function is operator.getitem and isinstance(bound.stmt.value.args[0], ir.Var):
            return f"{self.word(bound.stmt.value.args[0].name)}[...]"
        return f"the result of {_called(function)}"

    def reason(self, found: Found) -> str:
        """Why a value is recorded."""
        bound = self.bound.get(found.name)
        if not found.loops:
            return "outside loops nothing is computed again: it stays in memory"
        if bound is None or bound.stmt is None:
            return "it differs from iteration to iteration"
        if bound.carried:
            return "it is carried from iteration to iteration: the next one replaces it"
        if not isinstance(bound.stmt, ir.Let):
            kind = {ir.If: "a branch", ir.With: "a with block", ir.Try: "a try"}.get(type(bound.stmt), "a loop")
            return f"it is the result of {kind}, which is not run again"
        function = bound.stmt.value.function
        if isinstance(function, (Subroutine, Opaque)):
            return f"it is the result of a call of {function.__name__}"
        if function not in CHEAP:
            return f"{_called(function)} costs more than a load"
        return "to compute it again, more than this would have to be recorded"


def _fills(atom: ir.Atom) -> bool:
    """Whether an atom only stands for what an arm does not give."""
    return atom in (ir.UNDEFINED, ir.Const(None)) or (isinstance(atom, ir.Pack) and not atom.items)


def _called(function: Any) -> str:
    """A function as it is written."""
    if function in BINARY_SYMBOLS:
        return BINARY_SYMBOLS[function][0]
    module = str(getattr(function, "__module__", "") or "").partition(".")[0]
    prefix = {"numpy": "np.", "math": "math.", "scipy": "scipy."}.get(module, "")
    if type(function).__name__ == "ufunc":
        prefix = "np."
    return f"{prefix}{getattr(function, '__name__', 'a function')}"


# ------------------------------------------------------------------------------------------------------------ readers
def readers(second: ir.Function, name: str, depth: int) -> list[ir.Origin]:
    """The user's statements whose derivatives read a value that is handed over as a list of lists, so many deep."""
    lists, values = ({name: depth}, set()) if depth else ({}, {name})
    found: list[ir.Origin] = []
    for stmt in _all(second.body):
        if isinstance(stmt, ir.Let):
            _follow(stmt, lists, values, found)
            continue
        read = {other for atom in ir.operands(stmt) for other in ir.variables(atom)}
        if isinstance(stmt, (ir.For, ir.While)):
            values.update(c for c, init in zip(stmt.carried, stmt.inits, strict=True) if _names(init) & values)
        elif read & values and stmt.origin is not None:
            found.append(stmt.origin)
        for block in ir.blocks(stmt) if isinstance(stmt, (ir.If, ir.With, ir.Try)) else ():
            values.update(r for r, atom in zip(ir.binds(stmt), block.yields, strict=True) if _names(atom) & values)
    return list(dict.fromkeys(found))


def _names(atom: ir.Atom) -> set[str]:
    return {atom.name} if isinstance(atom, ir.Var) else set()


def _follow(stmt: ir.Let, lists: dict[str, int], values: set[str], found: list[ir.Origin]) -> None:
    """A load of a recorded list goes on to what it loads, what is computed again to what it is computed for."""
    apply = stmt.value
    held = apply.args[0].name if apply.args and isinstance(apply.args[0], ir.Var) else ""
    if apply.function is operator.getitem and held in lists:
        if lists[held] > 1:
            lists[stmt.target] = lists[held] - 1
        else:
            values.add(stmt.target)
    elif not values.isdisjoint(ir.reads(apply)):
        if stmt.origin is None:
            values.add(stmt.target)
        else:
            found.append(stmt.origin)


def _all(block: ir.Block) -> Iterator[ir.Stmt]:
    """Every statement, those inside one before what stands behind it."""
    for stmt in block.statements:
        yield stmt
        for inner in ir.blocks(stmt):
            yield from _all(inner)
