"""Indices that go around, `(j + 1) % n`, without a remainder, which takes as long as twenty sums and stands in the way of vectors.
So it is with `u[j - 1]` that counts from the end where j is 0.

    for j in range(n):                                 row[0] = u[i, n - 1]
        y[j] = u[i, (j - 1) % n] + u[i, (j + 1) % n]   for j in range(n):
                                                           row[j + 1] = u[i, j]
                                             =>        row[n + 1] = u[i, 0]
                                                       for j in range(n):
                                                           y[j] = row[j] + row[j + 2]

In: a program of loop nests.  Out: one that reads the same entries: from a row with what lies beyond its ends, where a loop's iterations
do not depend on one another and the row stays as it is; elsewhere a comparison says whether the index goes around.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from s2s import facts, ir
from s2s.lower.adding import FAR, chains_of, independent, is_innermost, own_names
from s2s.lower.assuming import Assumption
from s2s.lower.passing import Pass
from s2s.lower.places import Places, shifted
from s2s.lower.values import ONE, ZERO
from s2s_runtime import kernels, loops

MOST = {operator.mod: 2, loops.place: 1}
"""How many times the length an index is below that has to go around once at most."""
Row = tuple[ir.Var, tuple[ir.Atom, ...]]
"""An array, and the indices of a row of it."""


def going_around(function: ir.Function, assumption: Assumption) -> ir.Function:
    """The function without remainders where an index goes around once at most."""
    return GoingAround(function, assumption).run()


def wrapped(function: ir.Function, assumption: Assumption) -> ir.Function:
    """The function with rows for what loops read around the ends of other rows."""
    return Wrapping(function, assumption).run()


@dataclass(frozen=True)
class Read:
    """`let` reads the entry `index + by`, counted around, of a row."""

    let: ir.Let
    row: Row
    by: int


class GoingAround(Pass):
    """One function's remainders being replaced."""

    def loop(self, stmt: ir.For) -> Sequence[ir.Stmt]:
        return [stmt]

    def statement(self, stmt: ir.Stmt) -> Sequence[ir.Stmt]:
        most = MOST.get(stmt.value.function) if isinstance(stmt, ir.Let) else None
        if isinstance(stmt, ir.Let) and most is not None and self.goes_around_once(stmt.value.args[0], stmt.value.args[1], most):
            stmt = replace(stmt, value=replace(stmt.value, function=loops.around))
        return super().statement(stmt)

    def goes_around_once(self, index: ir.Atom, length: ir.Atom, most: int) -> bool:
        """Whether an index surely lies between minus the length and so many times the length, the latter excluded."""
        ranges = self.builder.ranges
        own, whole = ranges.of(index), ranges.of(length)
        if own is None or whole is None or whole[0] != whole[1]:
            return False
        return ranges.is_count(own[0] + whole[0]) and ranges.is_count(whole[0] * most - 1 - own[1])


class Wrapping(Pass):
    """One function's loops being changed."""

    def loop(self, stmt: ir.For) -> Sequence[ir.Stmt]:
        if stmt.bounds[0] != ZERO or stmt.bounds[2] != ONE or stmt.stops or stmt.slots or not is_innermost(stmt):
            return [stmt]
        reads = list(self.reads(stmt))
        chains = {chain.place for chain in chains_of(stmt, self.builder.types)}
        if not reads or not independent(stmt, chains, Places(self.builder, self.around, own_names(stmt))):
            return [stmt]
        with self.builder.scope(), self.builder.block() as statements:
            change = {}
            for row in dict.fromkeys(read.row for read in reads):
                change.update(self.beyond(stmt, row, [read for read in reads if read.row == row]))
            body = [new for one in stmt.body.statements for new in (change.get(one.target, [one]) if isinstance(one, ir.Let) else [one])]
            self.builder.emit(replace(stmt, body=replace(stmt.body, statements=tuple(body))))
        return statements

    def reads(self, stmt: ir.For) -> Iterator[Read]:
        """The reads of rows that stay as they are, at a place that goes around with the index."""
        own = own_names(stmt)
        begun = set(ir.variables(ir.Pack(tuple, stmt.inits)))
        for let in stmt.body.statements:
            if not isinstance(let, ir.Let) or let.value.function is not operator.getitem:
                continue
            array, index = let.value.args
            *front, last = ir.index_parts(index)
            by = self.offset(last, stmt)
            if by is None or not isinstance(array, ir.Var) or array.name in own | begun:
                continue
            stays = own.isdisjoint(ir.variables(ir.Pack(tuple, tuple(front))))
            if stays and isinstance(self.builder.type_of(ir.Var(let.target)), facts.Num):
                yield Read(let, (array, tuple(front)), by)

    def offset(self, atom: ir.Atom, stmt: ir.For) -> int | None:
        """What is added to a loop's index before it goes around at the loop's end."""
        value = self.builder.definition(atom)
        if value is None or value.function is not loops.around or value.args[1] != stmt.bounds[1]:
            return None
        found = shifted(value.args[0], self.builder)
        return found[1] if found is not None and found[0] == ir.Var(stmt.index) and 0 < abs(found[1]) <= FAR else None

    def beyond(self, stmt: ir.For, row: Row, reads: Sequence[Read]) -> dict[str, list[ir.Let]]:
        """Write a row with the entries beyond its ends; the statements that read it."""
        builder, length = self.builder, stmt.bounds[1]
        before, after = max(0, *(-read.by for read in reads)), max(0, *(read.by for read in reads))
        fact = builder.types[reads[0].let.target]
        assert isinstance(fact, facts.Num)
        fact = replace(fact, shape=(facts.fresh(),), weak=False)
        array = builder.array(np.empty, (builder.shifted(length, before + after),), fact, "row")

        def entry(place: ir.Atom) -> ir.Atom:
            return builder.apply(operator.getitem, row[0], ir.Pack(tuple, (*row[1], place)) if row[1] else place)

        for k in range(before):
            array = builder.apply(kernels.index_set, array, ir.Const(k), entry(builder.shifted(length, k - before)))
        index, carried, filled = builder.fresh("k", facts.INT), *(builder.fresh("row", builder.type_of(array)) for _ in range(2))
        with builder.scope(), builder.block() as statements:
            stored = builder.apply(kernels.index_set, carried, builder.shifted(index, before), entry(index))
        block = ir.Block(tuple(statements), (stored,))
        builder.emit(ir.For(index.name, (ZERO, length, ONE), (carried.name,), (array,), block, (filled.name,), origin=stmt.origin))
        array = filled
        for k in range(after):
            array = builder.apply(kernels.index_set, array, builder.shifted(length, before + k), entry(ir.Const(k)))
        return {read.let.target: self.instead(read, array, stmt, before) for read in reads}

    def instead(self, read: Read, array: ir.Atom, stmt: ir.For, before: int) -> list[ir.Let]:
        """The read of a row's own entry, and its place."""
        by = before + read.by
        if by == 0:
            return [replace(read.let, value=ir.Apply(operator.getitem, (array, ir.Var(stmt.index))))]
        place = self.builder.fresh("", facts.INT)
        return [
            ir.Let(place.name, ir.Apply(operator.add, (ir.Var(stmt.index), ir.Const(by))), read.let.origin),
            replace(read.let, value=ir.Apply(operator.getitem, (array, place))),
        ]
