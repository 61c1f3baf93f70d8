"""Loops that add to neighbouring entries of an array, so that LLVM can write them with vector instructions.

    for k in range(1, n - 1):               for k in range(1, n - 1):
        t = g[k] * c                            row[k] = g[k] * c
        y[k - 1] += t              =>       for k in range(0, n):
        y[k + 1] += t                           y[k] += row[k - 1] + row[k + 1]        (0 beyond the ends of row)

In: a program of loop nests.  Out: one that computes the same, sums in another order at most.  Only innermost loops are changed
whose iterations do not depend on one another otherwise; each of these runs forwards then.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from s2s import facts, ir
from s2s.lower.assuming import Assumption
from s2s.lower.counting import count_uses
from s2s.lower.passing import Pass
from s2s.lower.places import Places, accesses, before
from s2s.lower.using import only_entry, uses
from s2s.lower.values import ONE, ZERO
from s2s.lower.writing import LoopBuilder
from s2s.primitives import MAKERS, STORES, UPDATES, is_pure
from s2s_runtime import kernels, loops

MINUS = ir.Const(-1)


def split(function: ir.Function, assumption: Assumption) -> ir.Function:
    """The function with its innermost loops split.  What is the same in each iteration stands before them already."""
    return Splitting(function, assumption).run()


@dataclass(frozen=True)
class Addition:
    """`array[front, index + offset] += value`."""

    front: tuple[ir.Atom, ...]
    offset: int
    value: ir.Var


@dataclass(frozen=True)
class Chain:
    """The additions to one array in an iteration: its place among what is carried, and the statements that make them."""

    place: int
    lets: tuple[ir.Let, ...]
    additions: tuple[Addition, ...]

    @property
    def overlaps(self) -> bool:
        return len({(addition.front, addition.offset) for addition in self.additions}) > 1

    def rows(self) -> list[list[Addition]]:
        """The additions to each row of the array, by their offsets."""
        fronts = dict.fromkeys(addition.front for addition in self.additions)
        return [sorted((a for a in self.additions if a.front == front), key=lambda a: a.offset) for front in fronts]


class Splitting(Pass):
    """One function's loops being split."""

    def loop(self, stmt: ir.For) -> Sequence[ir.Stmt]:
        """An innermost loop, as loops in which no two iterations share an entry."""
        innermost = all(isinstance(one, ir.Let) or is_choice(one) for one in stmt.body.statements)
        if not innermost or stmt.stops or stmt.slots or stmt.bounds[2] not in (ONE, MINUS):
            return [stmt]
        chains = list(chains_of(stmt, self.builder))
        places = Places(self.builder, self.around, own_names(stmt))
        if not independent(stmt, {chain.place for chain in chains}, places):
            return [stmt]
        with self.builder.scope(), self.builder.block() as statements:
            stmt = self.forwards(stmt)
            several = [chain for chain in chains if chain.overlaps and not in_any_order(stmt, chain.place, places, sums=True)]
            if several:
                self.apart(stmt, several)
            else:
                self.builder.emit(stmt)
        return statements

    def forwards(self, stmt: ir.For) -> ir.For:
        """The loop from its least index to the largest."""
        start, stop, step = stmt.bounds
        if step == ONE:
            return stmt
        return replace(stmt, bounds=(self.builder.shifted(stop, 1), self.builder.shifted(start, 1), ONE))

    def apart(self, stmt: ir.For, chains: Sequence[Chain]) -> None:
        """The loop with rows for what is added, and a loop for each row of an array that something is added to."""
        rows = Rows(self.builder, stmt)
        for chain in chains:
            for group in chain.rows():
                rows.make_room(group)
        rows.fill(chains)
        for chain in chains:
            array, groups = stmt.inits[chain.place], chain.rows()
            for number, group in enumerate(groups, 1):
                result = stmt.results[chain.place] if number == len(groups) else None
                array = rows.add(array, group, result)


class Rows:
    """What the iterations of a loop add, value by value: an array with as many zeros at its ends as the offsets ask for."""

    def __init__(self, builder: LoopBuilder, stmt: ir.For) -> None:
        self.builder, self.stmt = builder, stmt
        self.start, self.stop, _ = stmt.bounds
        constant = isinstance(self.start, ir.Const)
        trips = builder.shifted(self.stop, -self.start.value) if constant else builder.apply(operator.sub, self.stop, self.start)  # type: ignore[union-attr]
        self.surely = builder.ranges.is_surely_count(builder.shifted(trips, -1))
        self.trips = trips if self.surely else builder.apply(max, trips, ZERO)
        self.margins: dict[str, tuple[int, int]] = {}
        self.arrays: dict[str, ir.Atom] = {}

    def make_room(self, group: Sequence[Addition]) -> None:
        """Note how far a row is read beyond its ends where several of them are added at a time."""
        for addition in group:
            before, after = self.margins.get(addition.value.name, (0, 0))
            own = addition.offset - group[0].offset, group[-1].offset - addition.offset
            self.margins[addition.value.name] = max(before, own[0]), max(after, own[1])

    def fill(self, chains: Sequence[Chain]) -> None:
        """The loop without the additions; each value that is added is stored in its row."""
        builder, stmt = self.builder, self.stmt
        begun = {name: self.begun(name, *margins) for name, margins in self.margins.items()}
        gone = {chain.place for chain in chains}
        left = {let.target for chain in chains for let in chain.lets}
        carried = {name: builder.fresh(builder.hints.get(name, ""), builder.type_of(array)) for name, array in begun.items()}
        self.arrays = {name: builder.fresh(builder.hints.get(name, ""), builder.type_of(array)) for name, array in begun.items()}
        with builder.scope(), builder.block() as statements:
            for one in stmt.body.statements:
                if not left.intersection(ir.binds(one)):
                    builder.emit(one)
            index = ir.Var(stmt.index)
            ends = [builder.apply(kernels.index_set, carried[name], self.number(name, index, 0), ir.Var(name)) for name in begun]

        def rest(atoms: Sequence[ir.Atom]) -> list[ir.Atom]:
            return [atom for k, atom in enumerate(atoms) if k not in gone]

        names, results = ([name for k, name in enumerate(many) if k not in gone] for many in (stmt.carried, stmt.results))
        builder.emit(replace(
            stmt, body=ir.Block(tuple(statements), (*rest(stmt.body.yields), *ends)), inits=(*rest(stmt.inits), *begun.values()),
            carried=(*names, *(one.name for one in carried.values())),
            results=(*results, *(one.name for one in self.arrays.values() if isinstance(one, ir.Var))),
        ))  # fmt: skip

    def begun(self, name: str, before: int, after: int) -> ir.Atom:
        """A row whose margins are zero."""
        builder, fact = self.builder, self.builder.types[name]
        assert isinstance(fact, facts.Num)
        length = builder.shifted(self.trips, before + after)
        array = builder.array(np.empty, (length,), replace(fact, shape=(facts.fresh(),), weak=False), builder.hints.get(name, ""))
        zero = ir.Const(0.0) if fact.dtype == np.float64 else ir.Const(fact.dtype.type(0))  # type: ignore[union-attr]
        places = [ir.Const(k) for k in range(before)]
        places += [builder.shifted(self.trips, before + k) for k in range(after)]  # type: ignore[misc]
        for place in places:
            array = builder.apply(kernels.index_set, array, place, zero)
        return array

    def number(self, name: str, index: ir.Atom, offset: int) -> ir.Atom:
        """The place in a row of what was stored in the iteration of `index - offset`."""
        shift = self.margins[name][0] - offset
        if isinstance(self.start, ir.Const):
            shift -= self.start.value
        else:
            index = self.builder.apply(operator.sub, index, self.start)
        return self.builder.shifted(index, shift)

    def add(self, array: ir.Atom, group: Sequence[Addition], result: str | None) -> ir.Var:
        """Add to a row of an array, all that its entries get at a time."""
        builder, fact = self.builder, self.builder.type_of(array)
        carried, after = (builder.fresh(builder.hint(array), fact) for _ in range(2))
        after = ir.Var(result) if result is not None else after
        index = builder.fresh(builder.hints.get(self.stmt.index, ""), facts.INT)
        with builder.scope(), builder.block() as statements:
            entries = [self.entry(addition, index) for addition in group]
            total = entries[0]
            for entry in entries[1:]:
                total = builder.apply(operator.add, total, entry)
            at = ir.Pack(tuple, (*group[0].front, index)) if group[0].front else index
            added = builder.apply(kernels.index_add, carried, at, total)
        block = ir.Block(tuple(statements), (added,))
        bounds = (*self.bounds(group[0].offset, group[-1].offset), ONE)
        builder.emit(ir.For(index.name, bounds, (carried.name,), (array,), block, (after.name,), origin=self.stmt.origin))
        return after

    def entry(self, addition: Addition, index: ir.Atom) -> ir.Atom:
        """What is added to the entry at an index of the array."""
        name = addition.value.name
        return self.builder.apply(operator.getitem, self.arrays[name], self.number(name, index, addition.offset))

    def bounds(self, least: int, most: int) -> tuple[ir.Atom, ir.Atom]:
        """Which entries of a row of the array get something: none if there is no iteration."""
        first, last = self.builder.shifted(self.start, least), self.builder.shifted(self.stop, most)
        if most > least and not self.surely:
            last = self.builder.apply(loops.end_if_longer, first, last, ir.Const(most - least))
        return first, last


# --------------------------------------------------------------------------------------------------------- what is added
def chains_of(stmt: ir.For, builder: LoopBuilder) -> Iterator[Chain]:
    """The arrays that a loop does nothing with but add numbers to entries that the index names."""
    lets = {one.target: one for one in stmt.body.statements if isinstance(one, ir.Let)}
    own = own_names(stmt)
    uses = count_uses(stmt.body)
    for place, (name, end) in enumerate(zip(stmt.carried, stmt.body.yields, strict=True)):
        found: list[ir.Let] = []
        while isinstance(end, ir.Var) and end.name in lets and lets[end.name].value.function is kernels.index_add:
            found.insert(0, lets[end.name])
            end = found[0].value.args[0]
        if end != ir.Var(name) or not found or any(uses[one] != 1 for one in (name, *(let.target for let in found))):
            continue
        additions = [addition_of(let, stmt.index, lets, own, builder) for let in found]
        if all(additions):
            yield Chain(place, tuple(found), tuple(filter(None, additions)))


def own_names(stmt: ir.For) -> set[str]:
    """The names that a loop binds in an iteration."""
    return {stmt.index, *stmt.carried, *(bound for one in stmt.body.statements for bound in ir.binds(one))}


def addition_of(let: ir.Let, index: str, lets: dict[str, ir.Let], own: Collection[str], builder: LoopBuilder) -> Addition | None:
    """What a statement adds where; None if that is not a number of the iteration, at an offset of its index."""
    _, at, value, *path = let.value.args
    fact = builder.type_of(value)
    number = isinstance(fact, facts.Num) and fact.shape == () and fact.dtype in (np.float64, np.float32)
    if path or not number or not isinstance(value, ir.Var) or value.name not in own:
        return None
    *front, last = ir.index_parts(at)
    offset = offset_of(last, index, lets)
    if offset is None or any(name in own for part in front for name in ir.variables(part)):
        return None
    return Addition(tuple(front), offset, value)


def offset_of(atom: ir.Atom, index: str, lets: dict[str, ir.Let]) -> int | None:
    """How far from a loop's index an atom is."""
    if atom == ir.Var(index):
        return 0
    let = lets.get(atom.name) if isinstance(atom, ir.Var) else None
    if let is None or let.value.function not in (operator.add, operator.sub) or len(let.value.args) != 2:
        return None
    a, b = let.value.args
    if let.value.function is operator.add and isinstance(a, ir.Const):
        a, b = b, a
    if not isinstance(b, ir.Const) or type(b.value) is not int:
        return None
    before = offset_of(a, index, lets)
    by = b.value if let.value.function is operator.add else -b.value
    return None if before is None else before + by


# ---------------------------------------------------------------------------------------------------- what depends on what
def independent(stmt: ir.For, adding: Collection[int], places: Places) -> bool:
    """Whether the iterations of a loop may run in any order, what they add aside."""
    if not all(harmless(one) for one in stmt.body.statements):
        return False
    for place, (name, end) in enumerate(zip(stmt.carried, stmt.body.yields, strict=True)):
        if place not in adding and not (is_total(stmt, name, end) or is_entry_by_entry(stmt, place)):
            if not in_any_order(stmt, place, places):
                return False
    return True


def in_any_order(stmt: ir.For, place: int, places: Places, sums: bool = False) -> bool:
    """Whether no iteration stores into an entry of an array that another one uses; `sums`: or adds to one."""
    if uses(stmt.body, {stmt.carried[place]}).other:
        return False
    roots = {stmt.carried[place]: ""}
    for one in stmt.body.statements:
        if isinstance(one, ir.Let) and one.value.function in STORES and set(ir.variables(one.value.args[0])) & set(roots):
            roots[one.target] = ""
    found = [one for one in accesses(stmt.body.statements, roots, (stmt,)) if one.array == ""]
    pairs = [(one, other) for one, other in product(found, found) if one.meets(other) or sums]
    return all(places.apart(one, other, before(stmt)) for one, other in pairs)


def harmless(stmt: ir.Stmt) -> bool:
    """Whether a statement computes numbers, and stores some; it neither makes an array nor fails."""
    if not isinstance(stmt, ir.Let):
        inner = [one for block in ir.blocks(stmt) for one in block.statements]
        return all(harmless(one) and not (isinstance(one, ir.Let) and one.value.function in STORES) for one in inner)
    function = stmt.value.function
    if not is_pure(function) or function in MAKERS or function is loops.place:
        return False
    return function not in UPDATES or function in STORES


def is_choice(stmt: ir.Stmt) -> bool:
    """Whether a statement is a branch between numbers."""
    inner = [one for block in ir.blocks(stmt) for one in block.statements]
    return isinstance(stmt, ir.If) and all(isinstance(one, ir.Let) or is_choice(one) for one in inner)


def is_total(stmt: ir.For, name: str, end: ir.Atom) -> bool:
    """Whether a loop only adds to a number, in any order."""
    uses = count_uses(stmt.body)
    lets = {one.target: one.value for one in stmt.body.statements if isinstance(one, ir.Let)}
    while isinstance(end, ir.Var) and end.name in lets and lets[end.name].function is loops.plus and uses[end.name] == 1:
        end = lets[end.name].args[0]
    return end == ir.Var(name) and uses[name] == 1


def is_entry_by_entry(stmt: ir.For, place: int) -> bool:
    """Whether an iteration reads and stores one entry of an array, another one in each."""
    entry = only_entry(stmt, place)
    return entry is not None and ir.Var(stmt.index) in ir.index_parts(entry.index)
