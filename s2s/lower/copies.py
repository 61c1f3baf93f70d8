"""Subroutines under names of their own, so that each can be lowered by itself: two of them share no name.

In: a function that calls subroutines.  Out: the function that calls copies of them, and which copy is of which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from s2s import ir
from s2s.emit.owners import bound_in_order, walk
from s2s.lower.counting import newest
from s2s.subroutine import Subroutine, called

Copies = Mapping[Subroutine, Subroutine]


@dataclass(eq=False)
class Halves:
    """The copies of the halves of a subroutine's derivative: the second gives the cotangents of the first one's parameters in `moving`."""

    first: Subroutine
    second: Subroutine
    moving: tuple[str, ...]

    @property
    def items(self) -> tuple[ir.Atom, ...]:
        """What the first half keeps for the second."""
        (result,) = self.first.body.yields
        assert isinstance(result, ir.Pack)
        assert isinstance(result.items[1], ir.Pack)
        return result.items[1].items

    def loads(self) -> list[tuple[ir.Let, ir.Atom]]:
        """The statements of the second half that read what the first one kept, and what each reads."""
        given = ir.Var(self.second.parameters[0])
        lets = [stmt for stmt in walk(self.second.body) if isinstance(stmt, ir.Let) and stmt.value.args[:1] == (given,)]
        return [(let, self.items[let.value.args[1].value]) for let in lets]  # type: ignore[union-attr]

    def keep(self, items: tuple[ir.Atom, ...]) -> None:
        """Let the first half keep other items."""
        (result,) = self.first.body.yields
        assert isinstance(result, ir.Pack)
        self.first.body = replace(self.first.body, yields=(replace(result, items=(result.items[0], ir.Pack(tuple, items))),))


def with_copies(function: ir.Function) -> tuple[ir.Function, list[Halves]]:
    """The function with calls of copies, whose bodies have names of their own; and the copies that are halves of a derivative."""
    copies = {routine: Subroutine(routine.name, fact=routine.fact, origin=routine.origin) for routine in called(function.body)}
    types, hints = dict(function.types), dict(function.hints)
    number = max([newest(function), *(newest(as_function(function, routine)) for routine in copies)])
    for routine, copy in copies.items():
        names: dict[str, str] = {}
        for name in (*routine.parameters, *bound_in_order(routine.body)):
            if name not in names:
                number += 1
                names[name] = f"#{number}"
                if name in types:
                    types[names[name]] = types[name]
                if name in hints:
                    hints[names[name]] = hints[name]
        copy.parameters = tuple([names[name] for name in routine.parameters])
        copy.body = copied(routine.body, names, copies)
    halves = [pair for first in copies if (pair := halves_of(first, copies)) is not None]
    return replace(function, body=copied(function.body, {}, copies), types=types, hints=hints), halves


def halves_of(first: Subroutine, copies: Copies) -> Halves | None:
    """The halves, if this is the first one of a derivative."""
    own, (second, moving) = copies[first], first.derived.get("reverse", (None, ()))
    (result,) = own.body.yields
    if second not in copies or not isinstance(result, ir.Pack) or not isinstance(result.items[1], ir.Pack):
        return None
    return Halves(own, copies[second], tuple([own.parameters[k] for k in moving]))


def as_function(function: ir.Function, routine: Subroutine) -> ir.Function:
    """A subroutine that a function calls, as a function of its own."""
    parameters = tuple([ir.Parameter(name) for name in routine.parameters])
    inputs = tuple([ir.Var(name) for name in routine.parameters])
    own = {*routine.parameters, *bound_in_order(routine.body)}
    types = {name: function.types[name] for name in own if name in function.types}
    hints = {name: function.hints[name] for name in own if name in function.hints}
    return ir.Function(routine.name, parameters, inputs, routine.body, types, hints, routine.origin)


def copied(block: ir.Block, names: Mapping[str, str], routines: Copies) -> ir.Block:
    """A block with other names, bound and read, and with calls of other subroutines."""

    def own(many: tuple[str, ...]) -> tuple[str, ...]:
        return tuple([names.get(name, name) for name in many])

    def atom(one: ir.Atom) -> ir.Atom:
        return ir.replace_atom(one, lambda name: ir.Var(names.get(name, name)))

    def atoms(many: tuple[ir.Atom, ...]) -> tuple[ir.Atom, ...]:
        return tuple([atom(one) for one in many])

    def apply(one: ir.Apply) -> ir.Apply:
        made = ir.replace_apply(one, lambda name: ir.Var(names.get(name, name)))
        return replace(made, function=routines.get(one.function, one.function))  # type: ignore[call-overload]

    def inside(inner: ir.Block) -> ir.Block:
        return ir.Block(tuple([statement(stmt) for stmt in inner.statements]), atoms(inner.yields))

    def loop(stmt: ir.For | ir.While) -> ir.For | ir.While:
        bound = {"carried": own(stmt.carried), "inits": atoms(stmt.inits), "results": own(stmt.results), "body": inside(stmt.body)}
        slots = None if stmt.slots is None else atom(stmt.slots)
        if isinstance(stmt, ir.While):
            return replace(stmt, test=inside(stmt.test), slots=slots, **bound)  # type: ignore[arg-type]
        (index,) = own((stmt.index,))
        return replace(stmt, index=index, bounds=atoms(stmt.bounds), slots=slots, **bound)  # type: ignore[arg-type]

    def statement(stmt: ir.Stmt) -> ir.Stmt:
        match stmt:
            case ir.Let():
                return replace(stmt, target=own((stmt.target,))[0], value=apply(stmt.value))
            case ir.If():
                return replace(stmt, test=atom(stmt.test), then=inside(stmt.then), other=inside(stmt.other), results=own(stmt.results))
            case ir.For() | ir.While():
                return loop(stmt)
            case ir.With():
                return replace(stmt, context=apply(stmt.context), body=inside(stmt.body), results=own(stmt.results))
            case ir.Try():
                handlers = tuple([(atom(kind), inside(handler)) for kind, handler in stmt.handlers])
                return replace(stmt, body=inside(stmt.body), handlers=handlers, results=own(stmt.results))
            case ir.Raise():
                return replace(stmt, exception=atom(stmt.exception))

    return inside(block)
