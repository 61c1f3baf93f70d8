"""Functions that call themselves an unknown number of times: specialised once, for all their calls.

In: a function that is being inlined and calls itself under a test that is not known.  Out: a Subroutine, and calls of it.
What is known of its result is guessed and then confirmed: if the guess holds for the calls, it holds for the body.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s import syntax as sx
from s2s.specialise.scope import scope
from s2s.specialise.structures import Structure, flatten, rebuild
from s2s.specialise.values import Array, Frame, Value
from s2s.subroutine import Subroutine

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

GUESSES = 5
RECURSIVE = "a function that calls itself changes what it is given"


class Recursive(Exception):
    """A function calls itself under a test that is not known."""

    def __init__(self, who: Any) -> None:
        self.who = who


class Recursion:
    """What the Machine knows of functions that call themselves."""

    def recurs(self: Machine, who: Any) -> bool:
        """Whether a function is running already, and a test that is not known stands between its two calls."""
        earlier = next((frame for frame in reversed(self.frames) if self.callers.get(frame.serial) == who), None)
        return earlier is not None and self.arms > earlier.arms

    def who_is_called(
        self: Machine, syntax: sx.Function, function: Any, parent: Frame | None, values: dict[str, Value]
    ) -> Any:
        """What tells one function from others of the same text: its variables, and the functions and objects it is given."""
        functions = tuple(
            id(value.value) for value in values.values() if isinstance(value, ir.Const) and callable(value.value)
        )
        objects = tuple(
            value.name for value in values.values() if isinstance(value, ir.Var) and value.name in self.inputs.examples
        )
        return id(syntax), id(function) if parent is None else id(parent), functions, objects

    def subroutine_call(
        self: Machine, syntax: sx.Function, function: Any, parent: Frame | None, values: dict[str, Value]
    ) -> Value:
        """A call of a function that calls itself."""
        heap = {**self.base, **self.state.heap}
        parts = {name: flatten(value, heap, by_content=True) for name, value in values.items()}
        atoms = [atom for _, found in parts.values() for atom in found]
        types = tuple(_general(self.builder.type_of(atom)) for atom in atoms)
        key = (
            syntax,
            id(function),
            parent,
            tuple((name, structure) for name, (structure, _) in parts.items()),
            tuple(_signature(t) for t in types),
        )
        routine = self.subroutines.get(key)
        if routine is None:
            structures = {name: (structure, len(found)) for name, (structure, found) in parts.items()}
            routine = self.make_subroutine(key, syntax, function, parent, structures, types)
        free = tuple(ir.Var(name) for name in routine.derived.get("free", ()))
        return self.project(self.builder.apply(routine, *atoms, *free))

    def make_subroutine(
        self: Machine,
        key: Any,
        syntax: sx.Function,
        function: Any,
        parent: Frame | None,
        structures: dict[str, tuple[Structure, int]],
        types: tuple[facts.Type | None, ...],
    ) -> Subroutine:
        """The subroutine for arguments of these structures and types."""
        guess: facts.Type | None = facts.Num(np.dtype(float), (), None)
        for attempt in range(GUESSES):
            routine = Subroutine(
                syntax.name if syntax.name.isidentifier() else "function", fact=guess, origin=self.builder.origin
            )
            self.subroutines[key] = routine
            self.specialise_body(routine, syntax, function, parent, structures, types)
            found = _general(self.builder.type_of(routine.body.yields[0]))
            if guess is None or _signature(found) == _signature(guess) or _covers(guess, found):
                break
            guess = found if attempt < GUESSES - 2 else None
        self.close(routine)
        return routine

    def specialise_body(
        self: Machine,
        routine: Subroutine,
        syntax: sx.Function,
        function: Any,
        parent: Frame | None,
        structures: dict[str, tuple[Structure, int]],
        types: tuple[facts.Type | None, ...],
    ) -> None:
        local, outer = scope(syntax)
        frame = Frame(self.number(), syntax, function, parent, local, outer, arms=self.arms)
        before = self.state
        self.state = before.copy()
        pending = iter(types)
        names: list[str] = []
        for name, (structure, count) in structures.items():
            fresh = [self.builder.fresh(name, next(pending)) for _ in range(count)]
            names.extend(var.name for var in fresh)
            value = rebuild(structure, iter(fresh), self.allocate)
            for cell in self.reachable(value):
                self.freeze_cell(Array(cell), RECURSIVE)
            self.state.values[("var", frame.serial, name)] = value
        with self.builder.apart() as statements:
            result = self.materialise(self.run(frame))
        if any(self.state.values.get(key) != value for key, value in before.values.items()):
            raise self.refuse(
                f"{syntax.name} calls itself and changes a variable outside it", "return the new value instead"
            )
        if any(self.state.heap.get(cell) != content for cell, content in before.heap.items()):
            raise self.refuse(
                f"{syntax.name} calls itself and changes a list or dict outside it", "return a new one instead"
            )
        self.state = before
        routine.parameters = tuple(names)
        routine.body = ir.Block(tuple(statements), (result,))

    def close(self: Machine, routine: Subroutine) -> None:
        """What the body reads from outside becomes parameters, which its calls of itself hand on."""
        own = set(routine.parameters)
        free = tuple(sorted(ir.free(routine.body) - own, key=lambda name: int(name[1:])))
        if not free:
            return
        more = tuple(ir.Var(name) for name in free)
        inner = tuple(self.builder.copy_name(name) for name in free)
        names: dict[str, ir.Atom] = dict(zip(free, inner, strict=True))
        routine.body = _handing_on(routine.body, routine, more)
        with self.builder.apart() as statements:
            self.builder.replay(routine.body.statements, names)
        routine.body = ir.Block(
            tuple(statements), tuple(self.builder.substitute(atom, names) for atom in routine.body.yields)
        )
        routine.parameters = (*routine.parameters, *(var.name for var in inner))
        routine.derived["free"] = free


def _handing_on(block: ir.Block, routine: Subroutine, more: tuple[ir.Atom, ...]) -> ir.Block:
    """The block, where calls of the routine have more arguments."""

    def changed(stmt: ir.Stmt) -> ir.Stmt:
        match stmt:
            case ir.Let() if stmt.value.function is routine:
                return replace(stmt, value=replace(stmt.value, args=(*stmt.value.args, *more)))
            case ir.If():
                return replace(stmt, then=inside(stmt.then), other=inside(stmt.other))
            case ir.For():
                return replace(stmt, body=inside(stmt.body))
            case ir.While():
                return replace(stmt, test=inside(stmt.test), body=inside(stmt.body))
            case ir.With():
                return replace(stmt, body=inside(stmt.body))
            case ir.Try():
                return replace(
                    stmt, body=inside(stmt.body), handlers=tuple((kind, inside(b)) for kind, b in stmt.handlers)
                )
            case _:
                return stmt

    def inside(block: ir.Block) -> ir.Block:
        return ir.Block(tuple(changed(stmt) for stmt in block.statements), block.yields)

    return inside(block)


def _general(fact: facts.Type | None) -> facts.Type | None:
    """A type without lengths: they differ from call to call."""
    match fact:
        case facts.Num():
            shape = None if fact.shape is None else tuple(facts.fresh() for _ in fact.shape)
            weak = None if fact.shape == () and fact.is_double else fact.weak
            return facts.Num(fact.dtype, shape, weak, real=fact.real)
        case facts.Record():
            return facts.Record(fact.kind, tuple(_general(item) for item in fact.items), fact.keys)
        case facts.Listing():
            return facts.Listing(_general(fact.item))
    return fact


def _signature(fact: facts.Type | None) -> Any:
    """Dtype, rank and structure."""
    match fact:
        case facts.Num():
            return ("number", fact.dtype, fact.ndim, fact.weak)
        case facts.Record():
            return (fact.kind, fact.keys, tuple(_signature(item) for item in fact.items))
        case facts.Listing():
            return ("list", _signature(fact.item))
    return fact


def _covers(wide: facts.Type | None, narrow: facts.Type | None) -> bool:
    return _signature(_general(facts.join(wide, narrow))) == _signature(wide)
