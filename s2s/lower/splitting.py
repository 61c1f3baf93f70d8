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
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from s2s import facts, ir
from s2s.lower.adding import Addition, Chain, chains_of, in_any_order, independent, is_innermost, own_names
from s2s.lower.assuming import Assumption
from s2s.lower.passing import Pass
from s2s.lower.places import Places
from s2s.lower.values import ONE, ZERO
from s2s.lower.writing import LoopBuilder
from s2s_runtime import kernels, loops

MINUS = ir.Const(-1)


def split(function: ir.Function, assumption: Assumption) -> ir.Function:
    """The function with its innermost loops split.  What is the same in each iteration stands before them already."""
    return Splitting(function, assumption).run()


class Splitting(Pass):
    """One function's loops being split."""

    def loop(self, stmt: ir.For) -> Sequence[ir.Stmt]:
        """An innermost loop, as loops in which no two iterations share an entry."""
        if not is_innermost(stmt) or stmt.stops or stmt.slots or stmt.bounds[2] not in (ONE, MINUS):
            return [stmt]
        places = Places(self.builder, self.around, own_names(stmt))
        with self.builder.scope(), self.builder.block() as statements:
            forwards = self.forwards(stmt)
            chains = list(chains_of(stmt, self.builder.types, forwards.bounds[1] if forwards.bounds[0] == ZERO else None))
            if not independent(stmt, {chain.place for chain in chains}, places) or goes_both_ways(chains):
                return [stmt]
            stmt = forwards
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


def goes_both_ways(chains: Sequence[Chain]) -> bool:
    """Whether some of what a loop adds goes around at the ends of a row, and some beyond them."""
    additions = [addition for chain in chains for addition in chain.additions if addition.offset]
    return len({addition.around for addition in additions}) > 1


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
        self.around = False
        self.arrays: dict[str, ir.Atom] = {}

    def make_room(self, group: Sequence[Addition]) -> None:
        """Note how far a row is read beyond its ends where several of them are added at a time."""
        around = any(addition.around for addition in group)
        self.around |= around
        for addition in group:
            before, after = self.margins.get(addition.value.name, (0, 0))
            least, most = (0, 0) if around else (group[0].offset, group[-1].offset)
            own = addition.offset - least, most - addition.offset
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
        if self.around:
            self.arrays = {name: self.closed(array, *self.margins[name]) for name, array in self.arrays.items()}

    def closed(self, array: ir.Atom, before: int, after: int) -> ir.Atom:
        """A row whose margins are what lies at its other end."""
        places = [(ir.Const(k), self.builder.shifted(self.trips, k)) for k in range(before)]
        places += [(self.builder.shifted(self.trips, before + k), ir.Const(before + k)) for k in range(after)]  # type: ignore[misc]
        for place, other in places:
            array = self.builder.apply(kernels.index_set, array, place, self.builder.apply(operator.getitem, array, other))
        return array

    def begun(self, name: str, before: int, after: int) -> ir.Atom:
        """A row whose margins are zero."""
        builder, fact = self.builder, self.builder.types[name]
        assert isinstance(fact, facts.Num)
        length = builder.shifted(self.trips, before + after)
        array = builder.array(np.empty, (length,), replace(fact, shape=(facts.fresh(),), weak=False), builder.hints.get(name, ""))
        zero = ir.Const(0.0) if fact.dtype == np.float64 else ir.Const(fact.dtype.type(0))  # type: ignore[union-attr]
        places = [] if self.around else [ir.Const(k) for k in range(before)]
        places += [] if self.around else [builder.shifted(self.trips, before + k) for k in range(after)]  # type: ignore[misc]
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
        if self.around:
            return self.start, self.stop
        first, last = self.builder.shifted(self.start, least), self.builder.shifted(self.stop, most)
        if most > least and not self.surely:
            last = self.builder.apply(loops.end_if_longer, first, last, ir.Const(most - least))
        return first, last
