"""Dead code: statements whose values nobody reads, carried names that only feed themselves, branches that do nothing.

    y = np.sin(x); return x    =>    return x

In: statements, and the names that are read after them.  Out: the statements that matter.  One walk notes what every name
needs, one keeps what is needed, whatever the nesting.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from s2s import ir
from s2s.primitives import is_pure

ALWAYS = 0


def sweep(statements: Sequence[ir.Stmt], live: set[str]) -> tuple[ir.Stmt, ...]:
    """The statements that are needed for the names in `live`, and those that do something."""
    needs = _Needs()
    needs.note(statements, ALWAYS, ALWAYS)
    return _Kept(needs.of([ALWAYS, *live])).statements(statements)


def sweep_block(block: ir.Block) -> ir.Block:
    """The block without what its yields do not need."""
    live = {name for atom in block.yields for name in ir.variables(atom)}
    return ir.Block(sweep(block.statements, live), block.yields)


def has_effect(statements: Sequence[ir.Stmt]) -> bool:
    """Whether statements do something beside binding names."""
    return any(
        (isinstance(stmt, ir.Let) and not is_pure(stmt.value.function))
        or isinstance(stmt, ir.Raise)
        or any(has_effect(block.statements) for block in ir.blocks(stmt))
        for stmt in statements
    )


class _Needs:
    """What stands where something else is needed: keys are names, and the `id` of a statement with blocks."""

    def __init__(self) -> None:
        self.needs: dict[Any, list[Any]] = {ALWAYS: []}

    def of(self, keys: Iterable[Any]) -> set[Any]:
        """All that is needed for some keys."""
        pending = list(keys)
        found = set(pending)
        while pending:
            for key in self.needs.get(pending.pop(), ()):
                if key not in found:
                    found.add(key)
                    pending.append(key)
        return found

    def note(self, statements: Sequence[ir.Stmt], around: int, loop: int) -> None:
        """Note statements, of the statement around them and in the innermost loop around them."""
        for stmt in statements:
            if isinstance(stmt, ir.Let):
                key = stmt.target if is_pure(stmt.value.function) else ALWAYS
                self.needs.setdefault(key, []).extend([around, *ir.reads(stmt.value)])
            elif isinstance(stmt, ir.Raise):
                self.needs[ALWAYS].extend([around, *ir.variables(stmt.exception)])
            else:
                self.note_nested(stmt, around, loop)

    def note_nested(self, stmt: ir.If | ir.For | ir.While | ir.With | ir.Try, around: int, loop: int) -> None:
        own = id(stmt)
        self.needs[own] = [around]
        match stmt:
            case ir.For() | ir.While():
                self.note_loop(stmt)
                loop = own
            case ir.If():
                self.needs[own].extend(ir.variables(stmt.test))
                self.hand_on(own, stmt.results, (stmt.then, stmt.other))
            case ir.With():
                self.needs[own].extend(ir.reads(stmt.context))
                self.hand_on(own, stmt.results, (stmt.body,))
            case ir.Try():  # which exception its body raises is not known, so all of it stays
                self.needs[loop].append(own)
                self.needs[own].extend(name for inner in stmt.body.statements for name in ir.binds(inner))
                self.hand_on(own, stmt.results, ir.blocks(stmt))
        for block in ir.blocks(stmt):
            self.note(block.statements, own, loop)

    def hand_on(self, own: int, results: Sequence[str], blocks: Sequence[ir.Block]) -> None:
        for k, name in enumerate(results):
            self.needs[name] = [own, *(read for block in blocks for read in ir.variables(block.yields[k]))]

    def note_loop(self, stmt: ir.For | ir.While) -> None:
        """A carried name needs what it begins with, and what it becomes."""
        own, first = id(stmt), 1 if stmt.stops else 0
        always = [*stmt.body.yields[:first], *(stmt.bounds if isinstance(stmt, ir.For) else stmt.test.yields)]
        always += [] if stmt.slots is None else [stmt.slots]
        self.needs[own].extend(name for atom in always for name in ir.variables(atom))
        for k, name in enumerate(stmt.carried):
            ends = (stmt.inits[k], stmt.body.yields[first + k])
            self.needs[name] = [own, *(read for atom in ends for read in ir.variables(atom))]
            self.needs[stmt.results[k]] = [name]


class _Kept:
    """The statements, reduced to what is needed."""

    def __init__(self, needed: set[Any]) -> None:
        self.needed = needed

    def statements(self, statements: Sequence[ir.Stmt]) -> tuple[ir.Stmt, ...]:
        kept: list[ir.Stmt] = []
        for stmt in statements:
            if isinstance(stmt, ir.Let):
                if stmt.target in self.needed or not is_pure(stmt.value.function):
                    kept.append(stmt)
            elif isinstance(stmt, ir.Raise):
                kept.append(stmt)
            elif id(stmt) in self.needed:
                kept.append(self.nested(stmt))
        return tuple(kept)

    def nested(self, stmt: ir.If | ir.For | ir.While | ir.With | ir.Try) -> ir.Stmt:
        match stmt:
            case ir.For() | ir.While():
                return self.loop(stmt)
            case ir.If():
                keep = self.places(stmt.results)
                then, other = self.block(stmt.then, keep), self.block(stmt.other, keep)
                return replace(stmt, then=then, other=other, results=_taken(stmt.results, keep))
            case ir.With():
                keep = self.places(stmt.results)
                return replace(stmt, body=self.block(stmt.body, keep), results=_taken(stmt.results, keep))
            case ir.Try():
                keep = self.places(stmt.results)
                handlers = tuple((kind, self.block(block, keep)) for kind, block in stmt.handlers)
                body = self.block(stmt.body, keep)
                return replace(stmt, body=body, handlers=handlers, results=_taken(stmt.results, keep))

    def places(self, names: Sequence[str]) -> list[int]:
        return [k for k, name in enumerate(names) if name in self.needed]

    def block(self, block: ir.Block, keep: Sequence[int]) -> ir.Block:
        return ir.Block(self.statements(block.statements), _taken(block.yields, keep))

    def loop(self, stmt: ir.For | ir.While) -> ir.Stmt:
        keep, first = self.places(stmt.carried), 1 if stmt.stops else 0
        changed: dict[str, Any] = {
            "carried": _taken(stmt.carried, keep),
            "inits": _taken(stmt.inits, keep),
            "results": _taken(stmt.results, keep),
            "body": self.block(stmt.body, [*range(first), *(first + k for k in keep)]),
        }
        if isinstance(stmt, ir.While):
            changed["test"] = ir.Block(self.statements(stmt.test.statements), stmt.test.yields)
        return replace(stmt, **changed)


def _taken(items: Sequence[Any], places: Sequence[int]) -> tuple[Any, ...]:
    return tuple([items[k] for k in places])
