"""Functions that call themselves an unknown number of times: specialised once, for all their calls.

In: a function that is being inlined and calls itself under a test that is not known.  Out: a Subroutine, and calls of it.
It takes what the function can reach, atom by atom, and gives its result and what it changes of that:

    def sort(a, lo, hi):                    def sort(a, lo, hi):
        if lo < hi:                             if lo < hi:
            a[lo], a[hi] = a[hi], a[lo]             a_1 = index_set(a, lo, a[hi]) ...
            sort(a, lo + 1, hi - 1)     =>          a_3 = sort(a_2, lo + 1, hi - 1)
                                                return a_3

What a call leaves is first taken for nothing: paths that reach one are left out.  It is then guessed from the others, until
the guess holds for the body, too.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from s2s import facts, ir
from s2s import syntax as sx
from s2s.specialise.alike import Alike, Callee
from s2s.specialise.closing import Closing
from s2s.specialise.memories import READ_ONLY
from s2s.specialise.merge import SHARED
from s2s.specialise.raising import Endless
from s2s.specialise.reaching import SEEN, Around, Walk, World, moved, moved_cell, parts, put_together
from s2s.specialise.scope import scope
from s2s.specialise.twins import make_twins, twins_of
from s2s.specialise.values import (
    Array,
    ArrayCell,
    Frame,
    Lazy,
    Ref,
    Seq,
    State,
    Value,
    refs,
)
from s2s.subroutine import Subroutine

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

GUESSES = 8
NESTED = 6
"""How many kinds of arguments a function may call itself with, one inside the other."""

GIVEN = ("var", None, "@given")
HELD = ("held", None, "arguments")


class Recursive(Exception):
    """A function calls itself under a test that is not known."""

    def __init__(self, who: Any) -> None:
        self.who = who


@dataclass(frozen=True)
class Exit:
    """What a call leaves: what variables and cells hold, its result among them.

    `sources` says of each atom where it is from: the number of an atom that the call was given, a constant, None for a new one.
    """

    world: World
    sources: tuple[Any, ...]

    @property
    def count(self) -> int:
        """How many new atoms there are."""
        return self.sources.count(None)


class Recursion(Around, Alike, Closing):
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

    # --------------------------------------------------------------------------------------------------------- calls
    def subroutine_call(
        self: Machine, syntax: sx.Function, function: Any, parent: Frame | None, values: dict[str, Value]
    ) -> Value:
        """A call of a function that calls itself."""
        chosen = next((name for name, value in values.items() if self.is_array_choice(value)), None)
        if chosen is not None:
            either = self.either_of(values[chosen])
            one, other = {**values, chosen: either.then}, {**values, chosen: either.other}
            return self.branch(
                either.test,
                lambda: self.subroutine_call(syntax, function, parent, one),
                lambda: self.subroutine_call(syntax, function, parent, other),
            )
        given = {("var", None, name): value for name, value in values.items()}
        walk = Walk(self, {**given, **self.variables_around(syntax, parent)})
        types = tuple(_general(self.builder.type_of(atom)) for atom in walk.atoms)
        callee = Callee(syntax, function, parent, walk.world, tuple(_signature(fact) for fact in types))
        if callee not in self.subroutines:
            apart = self.apart(values, walk, callee)
            if apart != values or self.lengthened(walk, callee):
                return self.subroutine_call(syntax, function, parent, apart)
        routine = self.subroutines.get(callee) or self.make_subroutine(callee, types, walk.hints)
        left = routine.derived["exit"]
        if left is None:
            raise Endless
        free = tuple(ir.Var(name) for name in routine.derived.get("free", ()))
        result = self.builder.apply(routine, *walk.atoms, *free)
        return self.behind(walk, left, self.new_atoms(result, left.count))

    def new_atoms(self: Machine, result: ir.Atom, count: int) -> Iterator[ir.Atom]:
        """What a call gives, one by one."""
        if count == 1:
            yield result
            return
        for k in range(count):
            yield self.builder.apply(operator.getitem, result, ir.Const(k))

    def behind(self: Machine, walk: Walk, left: Exit, new: Iterator[ir.Atom]) -> Value:
        """Change the state as a call does, and its result."""
        leaves = [next(new) if s is None else walk.atoms[s] if isinstance(s, int) else s for s in left.sources]
        values, contents = put_together(left.world, iter(leaves))
        cells = [*walk.cells, *(self.number() for _ in contents[len(walk.cells) :])]

        def here(value: Array | Ref) -> Value:
            cell = cells[value.cell]
            if isinstance(value, Ref):
                return Ref(cell)
            window = walk.windows.get(value.cell)
            before = window.steps if window is not None else ()
            seen = value.seen if value.seen is not None or window is None else window.seen
            content = self.state.heap.get(cell)
            return Array(cell, (*before, *value.steps), content.atom if seen == SEEN else seen)  # type: ignore[union-attr]

        for number, content in enumerate(contents):
            if isinstance(content, ArrayCell):
                self.put_array(walk, number, content, cells)
        for number, content in enumerate(contents):
            if not isinstance(content, ArrayCell):
                self.put_container(cells[number], moved_cell(content, here))
        found = {key: moved(value, here) for key, value in values.items()}
        result = found.pop(GIVEN)
        self.state.values.update(found)
        return self.project(result)

    def put_array(self: Machine, walk: Walk, number: int, content: ArrayCell, cells: list[int]) -> None:
        """What an array holds behind a call, and what may be done with it."""
        cell = cells[number]
        twins = tuple(cells[twin] for twin in content.twins)
        if number >= len(walk.cells):
            self.state.heap[cell] = replace(content, twins=twins)
            return
        if content.atom != walk.held[number]:
            window = walk.windows.get(number)
            if isinstance(content.atom, ir.Var) and (fact := self.builder.type_of(walk.held[number])) is not None:
                self.builder.types[content.atom.name] = fact  # a store changes no shape
            if window is not None:
                self.store_all(window, content.atom)
            else:
                self.builder.suggest(content.atom, self.builder.hint(walk.held[number]))
                self.state.heap[cell] = replace(self.writable(Array(cell)), atom=content.atom)
        held = self.cell(Ref(cell))
        assert isinstance(held, ArrayCell)
        frozen = content.frozen if content.frozen != walk.world.cells[number].frozen else held.frozen
        after = replace(held, frozen=frozen, twins=tuple(sorted({*held.twins, *twins})))
        if after != held:
            self.state.heap[cell] = after

    def put_container(self: Machine, cell: int, content: Any) -> None:
        """What a container holds behind a call."""
        before = self.state.heap.get(cell, self.base.get(cell))
        if before is not None and replace(before, frozen="") != replace(content, frozen=""):
            self.changeable(Ref(cell))
        if before != content:
            self.state.heap[cell] = content

    # ----------------------------------------------------------------------------------------------------- the routine
    def make_subroutine(
        self: Machine, callee: Callee, types: tuple[facts.Type | None, ...], hints: list[str]
    ) -> Subroutine:
        """The subroutine for arguments of this kind."""
        if len(self.alike(callee)) >= NESTED:
            raise self.endless(callee)
        known = dict(self.subroutines)
        self.running.append(callee)
        try:
            routine = self.guessed(callee, types, hints)
        except BaseException:
            self.subroutines = known
            raise
        finally:
            self.running.pop()
        if not self.running:
            self.close(routine)
        return routine

    def endless(self: Machine, callee: Callee) -> Exception:
        name = callee.syntax.name
        return self.refuse(f"{name} calls itself without an end that is known", "write the recursion as a loop")

    def guessed(
        self: Machine, callee: Callee, types: tuple[facts.Type | None, ...], hints: list[str]
    ) -> Subroutine:
        """The subroutine whose body leaves what was guessed that it leaves."""
        name = callee.syntax.name if callee.syntax.name.isidentifier() else "function"
        guess: Exit | None = None
        kinds: tuple[facts.Type | None, ...] = ()
        known = dict(self.subroutines)
        for attempt in range(GUESSES):
            self.subroutines = dict(known)  # those that were made for another guess do not hold
            routine = Subroutine(name, fact=_packed(kinds), origin=self.builder.origin)
            routine.derived["exit"] = guess
            self.subroutines[callee] = routine
            found = self.specialise_body(routine, callee, types, hints)
            if found is None:
                if any(self.subroutines[other].derived["exit"] is None for other in self.running[:-1]):
                    raise Endless
                raise self.endless(callee)
            left, now = found
            same = left == guess
            if same and all(_covers(kind, fact) for kind, fact in zip(kinds, now, strict=True)):
                return routine
            joined = [facts.join(kind, fact) for kind, fact in zip(kinds, now, strict=True)] if same else now
            guess, kinds = left, tuple(_general(fact) if attempt < GUESSES - 4 else None for fact in joined)
        raise self.refuse(
            f"what {name} leaves behind is of another kind whenever it calls itself", "return the same structure on each path"
        )

    def specialise_body(
        self: Machine, routine: Subroutine, callee: Callee, types: tuple[facts.Type | None, ...], hints: list[str]
    ) -> tuple[Exit, list[facts.Type | None]] | None:
        """Run the body on names for all that it is given: what it leaves, None if no path comes to its end."""
        syntax = callee.syntax
        frame = Frame(self.number(), syntax, callee.function, callee.parent, *scope(syntax), arms=self.arms)
        given = [self.builder.fresh(word, facts.renewed(fact)) for word, fact in zip(hints, types, strict=True)]
        before = self.state
        try:
            with self.builder.apart() as statements:
                cells = self.enter_body(frame, callee.world, given)
                result = self.unchosen(self.run(frame))
                if self.state.dead:
                    return None
                walk = self.exit(frame, callee.world, result, cells)
        except Endless:
            return None
        finally:
            self.state = before
        places = {var.name: k for k, var in enumerate(given)}
        sources = tuple(
            places.get(atom.name) if isinstance(atom, ir.Var) else atom if isinstance(atom, ir.Const) else None
            for atom in walk.atoms
        )
        new = [atom for atom, source in zip(walk.atoms, sources, strict=True) if source is None]
        routine.parameters = tuple(var.name for var in given)
        packed = new[0] if len(new) == 1 else ir.Pack(tuple, tuple(new)) if new else ir.Const(None)
        routine.body = ir.Block(tuple(statements), (packed,))
        return Exit(walk.world, sources), [_general(self.builder.type_of(atom)) for atom in new]

    def enter_body(self: Machine, frame: Frame, world: World, given: list[ir.Var]) -> list[int]:
        """The state in which a body begins; the cells that it is given, which others hold as well."""
        values, contents = put_together(world, iter(given))
        cells = [self.number() for _ in contents]

        def here(value: Array | Ref) -> Value:
            if isinstance(value, Ref):
                return Ref(cells[value.cell])
            return Array(cells[value.cell], value.steps, contents[value.cell].atom if value.seen == SEEN else value.seen)

        self.state = State()
        for number, content in enumerate(contents):
            if isinstance(content, ArrayCell):
                content = replace(content, twins=tuple(cells[twin] for twin in content.twins))
            self.state.heap[cells[number]] = moved_cell(content, here)
        for key, value in values.items():
            self.state.values[key if key[1] is not None else ("var", frame.serial, key[2])] = moved(value, here)
        self.state.values[HELD] = Seq(tuple, tuple(Ref(cell) for cell in cells))
        return cells

    def exit(self: Machine, frame: Frame, world: World, result: Value, cells: list[int]) -> Walk:
        """What a body leaves."""
        around = {key: self.unchosen(self.state.values[key]) for key, _ in world.roots if key[1] is not None}
        walk = Walk(self, {GIVEN: result, **around}, cells)
        if any(closure.frame.serial >= frame.serial for closure in walk.closures):
            raise self.refuse(
                "a function made inside the program is used as a value", "call it, or pass it to a function you wrote"
            )
        return walk

    def unchosen(self: Machine, value: Value) -> Value:
        """A value without choices: an array that is one of two is an array that may be either."""
        if isinstance(value, Lazy):
            return self.listed(value)
        if isinstance(value, Seq):
            return replace(value, items=tuple(self.unchosen(item) for item in value.items))
        if not self.is_array_choice(value):
            return value
        held = set(refs(value))
        held |= twins_of(held, self.state.heap) & self.state.heap.keys()
        arrays = [part for part in parts(value) if isinstance(part, Array)]
        frozen = next((reason for array in arrays if (reason := self.cell(array).frozen)), "")
        if any(step.function in READ_ONLY for array in arrays for step in array.steps):
            frozen = frozen or SHARED
        either = self.allocate(ArrayCell(self.materialise(value), None, frozen, tuple(sorted(held)))).cell
        for cell in held:
            if isinstance(self.state.heap.get(cell), ArrayCell):
                make_twins(cell, {either}, self.state.heap)
        return Array(either)


def _packed(kinds: tuple[facts.Type | None, ...]) -> facts.Type | None:
    """The type of what a subroutine gives."""
    return kinds[0] if len(kinds) == 1 else facts.Record(tuple, kinds)


def _general(fact: facts.Type | None) -> facts.Type | None:
    """A type without lengths: they differ from call to call."""
    match fact:
        case facts.Num():
            shape = None if fact.shape is None else tuple(facts.fresh(varies=True) for _ in fact.shape)
            weak = None if fact.shape == () and fact.is_double else fact.weak
            return facts.Num(fact.dtype, shape, weak, boxed=fact.boxed, real=fact.real)
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
