"""A program cut into parts that are compiled and what stays as it is, at stated seams.

    W = params["W"]                         W = params["W"]
    y = np.sin(W @ x)            =>         y, z = part(W, x)
    z = np.cos(y)                           print(z)
    print(z)

In: a Function.  Out: Parts, each a function of numbers and arrays, as it stands and as loop nests; the Function that calls
them; and why each statement that stays stays.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from s2s import facts, ir
from s2s.emit.owners import walk
from s2s.lower.answering import answered
from s2s.lower.apart import taken_apart
from s2s.lower.assuming import Assumption, assumed
from s2s.lower.branches import joined_branches
from s2s.lower.buffers import made_once
from s2s.lower.call_lengths import lengths_in_calls
from s2s.lower.callees import with_types
from s2s.lower.copies import Halves, with_copies
from s2s.lower.counting import newest
from s2s.lower.dividing import divided
from s2s.lower.exchanging import exchanged
from s2s.lower.factoring import factored
from s2s.lower.filling import filled
from s2s.lower.folding import folded
from s2s.lower.frames import with_frames
from s2s.lower.fusing import fused
from s2s.lower.given import is_list_of_numbers, with_arrays
from s2s.lower.independent import in_threads
from s2s.lower.keeping import kept_in_records
from s2s.lower.listing import without_lists
from s2s.lower.lists import items_of_lists
from s2s.lower.merging import merged
from s2s.lower.multiplying import multiplied
from s2s.lower.narrowing import narrowed
from s2s.lower.program import lowered
from s2s.lower.promoting import promoted
from s2s.lower.refining import refined
from s2s.lower.refusing import NotLowered
from s2s.lower.reserving import reserved
from s2s.lower.retyping import taken_types
from s2s.lower.rooms import NoRoom
from s2s.lower.routines import with_nests
from s2s.lower.splitting import split
from s2s.lower.spreading import with_numbers_spread
from s2s.lower.starting import from_zero
from s2s.lower.steady import steadied
from s2s.lower.tables import CHECKS
from s2s.lower.tabling import tabled
from s2s.lower.watching import watched
from s2s.lower.widening import widened
from s2s.lower.wrapping import going_around, wrapped
from s2s.lower.writing import LoopBuilder
from s2s.optimise import optimise
from s2s.primitives import EFFECTS
from s2s.subroutine import Subroutine, called

Sizes = Mapping[facts.Symbol, int]
Inside = Mapping[Subroutine, Assumption]


@dataclass(frozen=True)
class Part:
    """Statements in a row, as a function of what they read: as they stand, and as loop nests."""

    plain: ir.Function
    loops: ir.Function
    taken: Mapping[str, facts.Type]
    """The types of names in the loop nests."""

    @property
    def inputs(self) -> tuple[ir.Atom, ...]:
        return tuple([ir.Var(parameter.name) for parameter in self.plain.parameters])


@dataclass(frozen=True)
class Parted:
    """`items`: statements that stay as they are, and parts, in order; `refusals` say why the former stay.

    `first`: why it is not compiled as a whole in a form that it has as a whole only. `without`: names that may have no value.
    """

    function: ir.Function
    assumption: Assumption
    items: tuple[ir.Stmt | Part, ...]
    refusals: tuple[NotLowered, ...] = ()
    first: NotLowered | None = None
    without: frozenset[str] = frozenset()

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(item for item in self.items if isinstance(item, Part))

    @property
    def whole(self) -> Part | None:
        """The part that is all of the function, if there is one."""
        part = self.items[0] if len(self.items) == 1 else None
        return part if isinstance(part, Part) and part.plain is self.function else None

    @property
    def unpacks(self) -> bool:
        """Whether there is one part, and all else takes trees of arguments apart for it."""
        *before, part = self.items or (None,)
        return isinstance(part, Part) and all(
            isinstance(item, ir.Let) and item.value.function in (operator.getitem, getattr) for item in before
        )

    @property
    def left(self) -> list[tuple[ir.Origin | None, str]]:
        """What stays NumPy code though there is work in it: where, and why."""
        reasons = {id(refusal.statement): refusal.reason for refusal in self.refusals}
        rest = [item for item in self.items if not isinstance(item, Part)]
        work = [stmt for stmt in rest if applies(stmt, EFFECTS) or is_work(self.function, stmt)]
        found = [(getattr(stmt, "origin", None), reasons.get(id(stmt), OTHERWISE)) for stmt in work]
        return [(self.first.origin, self.first.reason), *found] if found and self.first is not None else found

    def calling(self, callables: Sequence[Callable[..., Any]]) -> ir.Function:
        """The function with calls of these in the place of the parts; what is assumed is checked before anything is done."""
        function, claims = assumed(self.function, self.assumption, self.without)
        builder = LoopBuilder(function.types, function.hints, newest(function), claims, self.assumption)
        builder.without = self.without
        given = iter(callables)
        with builder.block() as statements:
            for parameter in function.parameters:
                builder.note_lengths(parameter.name)
            for item in self.items:
                if isinstance(item, Part):
                    call(builder, item, next(given))
                    continue
                builder.emit(item)
                if isinstance(item, ir.Let) and item.target in claims:
                    builder.note_lengths(item.target)
        body = ir.Block(tuple(statements), function.body.yields)
        return replace(self.function, body=body, types={**builder.types, **self.function.types}, hints=builder.hints)


OUTSIDE = EFFECTS - CHECKS
"""What is done with the world outside of the program."""
OTHERWISE = "it has an effect, or reads or gives what is no number and no array of numbers"


def call(builder: LoopBuilder, part: Part, function: Callable[..., Any]) -> None:
    """A call of a part, and what it gives by name."""
    (results,) = part.plain.body.yields
    assert isinstance(results, ir.Pack)
    target = builder.unsure(function, *part.inputs)
    for k, item in enumerate(results.items):
        assert isinstance(item, ir.Var)
        builder.emit(ir.Let(item.name, ir.Apply(operator.getitem, (target, ir.Const(k)))))


def parted(
    function: ir.Function, assumption: Assumption, without: frozenset[str] = frozenset(), sizes: Sizes | None = None
) -> Parted:
    """The function with as much of it in parts as can be lowered; `without`: names that may have no value.

    `sizes`: the lengths of the call that it is compiled for, where loops may run in threads.
    """
    copy, halves = with_copies(function)
    apart = taken_apart(copy, halves)
    if apart is not copy or any(called(function.body)) or has_either(function):
        ready = prepared(apart, halves)
        found = None if ready is None else cut(ready, assumption, without, sizes, halves)
        if found is not None and found.whole is not None:
            return found
        first = next(iter(found.refusals), None) if found is not None else None
        return replace(cut(function, assumption, without, sizes), first=first)
    return cut(function, assumption, without, sizes)


def has_either(function: ir.Function) -> bool:
    """Whether a program has names that may hold a number, or an array."""
    kinds = [function.types.get(name) for stmt in walk(function.body) for name in ir.binds(stmt)]
    return any(isinstance(fact, facts.Num) and fact.shape is None for fact in kinds)


def prepared(apart: ir.Function, halves: Sequence[Halves]) -> ir.Function | None:
    """A program whose values are taken apart in a form that can be compiled as a whole only: with the frames of its calls in lists.

    None where a name holds a number or an array, and it matters which.
    """
    known = optimise(folded(with_types(optimise(apart), halves)))
    spread = with_numbers_spread(with_types(known, halves))
    return None if spread is None else with_frames(spread, halves)


def cut(
    function: ir.Function, assumption: Assumption, without: frozenset[str], sizes: Sizes | None, halves: Sequence[Halves] = ()
) -> Parted:
    """The function in parts, as it stands."""
    function = steadied(refined(function, assumption), assumption)
    cutting = Cutting(function, assumption, without, sizes, lengths_in_calls(function, assumption, halves))
    while True:
        try:
            items = [one for run in cutting.runs() for one in cutting.made(run)]
            return Parted(function, assumption, tuple(items), tuple(cutting.refused.values()), without=without)
        except NotLowered as refusal:
            own = any(stmt is refusal.statement for stmt in function.body.statements)
            if not own or id(refusal.statement) in cutting.refused:
                raise
            cutting.refused[id(refusal.statement)] = refusal


def in_nests(
    function: ir.Function, assumption: Assumption, checked: bool, without: frozenset[str], own: Callable[[ir.Stmt | None], ir.Stmt | None]
) -> ir.Function:
    """The function lowered, with lists as arrays where these have room; `own` says which statement a refusal is about."""
    kept: set[str] = set()
    while True:
        plain, sources = without_lists(function, items_of_lists(function, kept))
        try:
            return lowered(plain, assumption, checked, without)
        except NoRoom as refusal:
            kept.add(refusal.name)
        except NotLowered as refusal:
            refusal.statement = own(sources.get(id(refusal.statement), refusal.statement))
            raise


def routine_in_nests(routine: ir.Function, assumption: Assumption, without: frozenset[str]) -> ir.Function:
    """A subroutine as loop nests; what is assumed of its lengths is known."""
    function = steadied(refined(routine, assumption), assumption)
    function = replace(function, types=taken_types(function))
    return nests(in_nests(function, assumption, False, without, lambda stmt: stmt), assumption)


def nests(function: ir.Function, assumption: Assumption, sizes: Sizes | None = None) -> ir.Function:
    """Loop nests as they are compiled: fused, split where vectors need it, with arrays made and entries read before them."""
    function = going_around(optimise(answered(optimise(function), assumption)), assumption)
    joined = optimise(kept_in_records(merged(function)))
    joined = optimise(filled(joined))
    done: set[str] = set()
    joined = optimise(joined_branches(fused(with_products(joined, assumption, done))))
    again = with_products(joined, assumption, done)
    joined = narrowed(joined if again is joined else optimise(joined_branches(fused(again))))
    joined = exchanged(optimise(joined), assumption)
    joined = tabled(promoted(filled(optimise(joined)), assumption), assumption)
    joined = divided(optimise(joined), assumption)
    apart = optimise(reserved(split(joined, assumption), assumption))
    apart = optimise(factored(wrapped(apart, assumption), assumption))
    counted = from_zero(apart if sizes is None else in_threads(apart, assumption, sizes), assumption)
    return widened(made_once(counted, assumption))


def with_products(function: ir.Function, assumption: Assumption, apart: set[str]) -> ir.Function:
    """Loop nests with products of matrices as such; the same function if there are none."""
    found = multiplied(function, assumption, apart)
    return function if found is function else optimise(filled(optimise(found)))


class Cutting:
    """One function being cut; `refused` has the statements that stay as they are."""

    def __init__(
        self, function: ir.Function, assumption: Assumption, without: frozenset[str], sizes: Sizes | None, inside: Inside
    ) -> None:
        self.function, self.assumption, self.without, self.sizes = function, assumption, without, sizes
        self.inside = inside
        self.taken = taken_types(function)
        self.refused: dict[int, NotLowered] = {}

    def runs(self) -> list[ir.Stmt | list[ir.Stmt]]:
        """Statements that stay, and lists of those in between."""
        found: list[ir.Stmt | list[ir.Stmt]] = []
        outside = {parameter.name for parameter in self.function.parameters if not self.enters(parameter.name)}
        for stmt in self.function.body.statements:
            if id(stmt) in self.refused or has_effect(stmt) or not outside.isdisjoint(ir.free(ir.Block((stmt,)))):
                found.append(stmt)
                outside.update(name for name in ir.binds(stmt) if not self.enters(name))
            elif found and isinstance(found[-1], list):
                found[-1].append(stmt)
            else:
                found.append([stmt])
        return found

    @property
    def captures_lists(self) -> bool:
        """Whether a list of numbers is given by its name: only what is given by position is handed over as an array."""
        captured = [parameter.name for parameter in self.function.parameters if parameter.captured]
        return any(is_list_of_numbers(self.function.types.get(name)) for name in captured)

    def enters(self, name: str) -> bool:
        """Whether a value can go from Python to compiled code: a number, an array of numbers, a list of numbers."""
        return self.passes(name) or (is_list_of_numbers(self.function.types.get(name)) and name not in self.without)

    def passes(self, name: str) -> bool:
        """Whether a value can go from Python to compiled code and back: a number, or an array of numbers."""
        fact = self.function.types.get(name)
        if not isinstance(fact, facts.Num) or fact.shape is None or fact.boxed or name in self.without:
            return False
        return fact.dtype is not None or (fact.shape == () and fact.is_real)  # numbers of one kind or another, for Numba to see

    def made(self, run: ir.Stmt | list[ir.Stmt]) -> Sequence[ir.Stmt | Part]:
        """A part of these statements; or the statements, where one stays as it is or compiling them is not worth it."""
        if not isinstance(run, list):
            return [run]
        function = self.function
        if not any(is_work(function, stmt) for stmt in run):
            return run
        (result,) = function.body.yields
        if len(run) == len(function.body.statements) and self.is_plain(result) and not self.captures_lists:
            return [self.part(function, checked=True)]
        names = self.inputs(run)
        body = ir.Block(tuple(run), (ir.Pack(tuple, self.results(run)),))
        part = replace(
            function, name=f"{function.name}_part", parameters=tuple(ir.Parameter(name) for name in names),
            inputs=tuple(ir.Var(name) for name in names), body=body, doc="",
        )  # fmt: skip
        return [self.part(part, checked=False)]

    def part(self, function: ir.Function, checked: bool) -> Part:
        """A function as it stands, and as loop nests."""
        seen = with_nests(watched(function, self.taken), self.inside, routine_in_nests)
        loops = in_nests(with_arrays(seen), self.assumption, checked, self.without, self.own)
        return Part(function, nests(loops, self.assumption, self.sizes), self.taken)

    def own(self, stmt: ir.Stmt | None) -> ir.Stmt | None:
        """The statement of the function that another one stands for, which may bind more names."""
        names = set() if stmt is None else set(ir.binds(stmt))
        return next((one for one in self.function.body.statements if not names.isdisjoint(ir.binds(one))), stmt)

    def is_plain(self, atom: ir.Atom) -> bool:
        """Whether a result is made of numbers, arrays and tuples of them."""
        if isinstance(atom, ir.Pack):
            return atom.kind is tuple and bool(atom.items) and all(map(self.is_plain, atom.items))
        if isinstance(atom, ir.Const):
            return isinstance(atom.value, (bool, int, float, complex, type(None)))
        return self.passes(atom.name)

    def inputs(self, run: list[ir.Stmt]) -> list[str]:
        """What statements read from before them: parameters first."""
        order = {parameter.name: k for k, parameter in enumerate(self.function.parameters)}
        return sorted(ir.free(ir.Block(tuple(run))), key=lambda name: (order.get(name, len(order)), int(name[1:])))

    def results(self, run: list[ir.Stmt]) -> tuple[ir.Atom, ...]:
        """What is read of statements behind them.  Raises NotLowered where that cannot leave compiled code."""
        statements = self.function.body.statements
        last = next(k for k, stmt in enumerate(statements) if stmt is run[-1])
        later = ir.free(ir.Block(statements[last + 1 :], self.function.body.yields))
        found = []
        for stmt in run:
            for name in ir.binds(stmt):
                if name in later and not self.passes(name):
                    raise leaving(stmt)
                if name in later:
                    found.append(ir.Var(name))
        return tuple(found)


def leaving(stmt: ir.Stmt) -> NotLowered:
    """What a statement gives cannot leave compiled code."""
    reason = "what this gives is neither a number nor an array, and is read where nothing is compiled"
    refusal = NotLowered(reason, getattr(stmt, "origin", None))
    refusal.statement = stmt
    return refusal


def has_effect(stmt: ir.Stmt) -> bool:
    """Whether a statement does something besides computing, and raising errors."""
    return applies(stmt, OUTSIDE)


def applies(stmt: ir.Stmt, functions: Collection[Any]) -> bool:
    """Whether a statement, or one in it, is an application of one of some functions."""
    inside = [stmt, *(inner for block in ir.blocks(stmt) for inner in walk(block))]
    return any(isinstance(one, ir.Let) and one.value.function in functions for one in inside)


def is_work(function: ir.Function, stmt: ir.Stmt) -> bool:
    """Whether a statement has more to do than what a call of compiled code costs."""
    if not isinstance(stmt, ir.Let):
        return isinstance(stmt, (ir.For, ir.While))
    if isinstance(stmt.value.function, Subroutine):
        return True
    shapes = [fact.shape for name in (stmt.target, *ir.reads(stmt.value)) if isinstance(fact := function.types.get(name), facts.Num)]
    return any(shapes) and stmt.value.function not in (operator.getitem, getattr)
