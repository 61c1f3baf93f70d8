"""One loop that records: the lists that it appends to, and the loop over the same iterations backwards that reads them.

In: the loop, the names to record.  Out: the loop with a list per name; the bounds and the index of the reverse loop, and in
its body what was recorded in that iteration.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.builder import Builder
from s2s.define import LEFT_OUT
from s2s.differentiate.against import ONE, ZERO
from s2s_runtime import containers, tree

Names = dict[str, ir.Atom]
MINUS = ir.Const(-1)


def copying(builder: Builder, name: str) -> Any:
    """What copies a value: one that may be None, or is no array, in its own way."""
    return np.copy if name not in builder.optional and isinstance(builder.types.get(name), facts.Num) else tree.copy


class Record:
    """A loop and the names that it records, with words for their lists.

    `reads_index`: whether the reverse sweep reads the loop's index.
    """

    def __init__(
        self, builder: Builder, stmt: ir.For | ir.While, kept: Mapping[str, str], reads_index: bool
    ) -> None:
        self.builder, self.stmt, self.kept, self.reads_index = builder, stmt, list(kept), reads_index
        self.lists = {name: self.list_name(name, word) for name, word in kept.items()}
        self.trips: ir.Var | None = None
        """How many iterations ran, where that is counted."""
        self.start, self.step = stmt.bounds[::2] if isinstance(stmt, ir.For) else (ZERO, ONE)
        self.counts = isinstance(stmt, ir.While) or stmt.stops
        self.ends = self.step == ONE and (not self.counts or self.start == ZERO)
        """Whether the index behind the last is known: it is the end of a range, or the number of the iterations."""
        known = isinstance(self.step, ir.Const) and isinstance(self.step.value, int)
        down = self.step == MINUS and not self.counts
        self.by_index = isinstance(stmt, ir.For) and (self.ends or down or (not kept and known))
        """Whether the reverse loop goes over the indices, and not over the numbers of the iterations."""

    def list_name(self, name: str, word: str) -> ir.Var:
        item = None if name in self.builder.optional else self.builder.types.get(name)
        return self.builder.fresh(word, facts.Listing(item))

    # -------------------------------------------------------------------------------------------------- the forward loop
    def forwards(self, statements: list[ir.Stmt], changing: Set[str]) -> tuple[ir.For | ir.While, list[str]]:
        """The loop with these statements, recording; the names behind it that the reverse sweep reads.

        What is in `changing` is copied.
        """
        loop, builder = self.stmt, self.builder
        carried: list[str] = []
        inits: list[ir.Atom] = []
        yields: list[ir.Atom] = []
        for name in self.kept:
            argument, after = (builder.copy_name(self.lists[name].name) for _ in range(2))
            value, more = name, []
            if name in changing:
                value = builder.fresh(fact=builder.types.get(name)).name
                builder.optional.update({value} if name in builder.optional else ())
                more.append(ir.Let(value, ir.Apply(copying(builder, name), (ir.Var(name),))))
            more.append(ir.Let(after.name, ir.Apply(containers.append, (argument, ir.Var(value)))))
            position = _behind(statements, name)
            statements[position:position] = more
            carried.append(argument.name)
            inits.append(ir.Pack(list, ()))
            yields.append(after)
        results = [self.lists[name].name for name in self.kept]
        if self.counts and not self.kept:
            argument, after, self.trips = (builder.fresh("trips", facts.INT) for _ in range(3))
            statements.append(ir.Let(after.name, ir.Apply(operator.add, (argument, ONE))))
            carried, inits, yields, results = [argument.name], [ZERO], [after], [self.trips.name]
        before = tuple(
            LEFT_OUT if init == ir.UNDEFINED and name in self.kept else init
            for name, init in zip(loop.carried, loop.inits, strict=True)
        )
        changed = replace(
            loop,
            body=ir.Block(tuple(statements), (*loop.body.yields, *yields)),
            carried=(*loop.carried, *carried),
            inits=(*before, *inits),
            results=(*loop.results, *results),
        )
        return changed, results

    # -------------------------------------------------------------------------------------------------- the reverse loop
    def backwards(self, names: Names) -> tuple[tuple[ir.Atom, ir.Atom, ir.Atom], ir.Var]:
        """The bounds and the index of the loop from the last iteration that ran to the first."""
        builder = self.builder
        start, step = (builder.substitute(atom, names) for atom in (self.start, self.step))
        if self.by_index:
            assert isinstance(self.stmt, ir.For)
            index = builder.copy_name(self.stmt.index)
            if builder.hints.get(index.name) == "_" and self.kept:
                builder.hints[index.name] = "k"  # here it is read
            if self.ends:
                end = self.count(names) if self.counts else builder.substitute(self.stmt.bounds[1], names)
                first = builder.apply(operator.sub, end, ONE)
                return (first, builder.apply(operator.sub, start, ONE), MINUS), index
            if step == MINUS and not self.counts:
                last = builder.substitute(self.stmt.bounds[1], names)
                return (builder.apply(operator.add, last, ONE), builder.apply(operator.add, start, ONE), ONE), index
            assert isinstance(step, ir.Const)
            before = builder.apply(operator.sub, self.count(names), ONE)
            first = builder.apply(operator.add, start, builder.apply(operator.mul, before, step))
            return (first, builder.apply(operator.sub, start, step), ir.Const(-step.value)), index
        count = self.count(names)
        return (builder.apply(operator.sub, count, ONE), MINUS, MINUS), builder.fresh("k", facts.INT)

    def count(self, names: Names) -> ir.Atom:
        """How many iterations ran: the length of a range or of a record, or a count."""
        if not self.counts:
            assert isinstance(self.stmt, ir.For)
            bounds = [self.builder.substitute(bound, names) for bound in self.stmt.bounds]
            return self.builder.apply(len, self.builder.apply(range, *bounds))
        if self.trips is not None:
            return self.builder.substitute(self.trips, names)
        return self.builder.apply(len, self.builder.substitute(self.lists[self.kept[0]], names))

    def load(self, index: ir.Var, names: Names) -> None:
        """Write, in the reverse loop's body, the loads of what was recorded; note the forward loop's index."""
        builder, stmt = self.builder, self.stmt
        start, step = (builder.substitute(atom, names) for atom in (self.start, self.step))
        position: ir.Atom = index
        if self.by_index:
            assert isinstance(stmt, ir.For)
            names[stmt.index] = index
            if self.step == MINUS:
                position = builder.apply(operator.sub, start, index) if self.kept else index
            elif self.kept and start != ZERO:
                position = builder.apply(operator.sub, index, start)
        elif isinstance(stmt, ir.For) and self.reads_index:
            names[stmt.index] = builder.apply(operator.add, start, builder.apply(operator.mul, index, step))
            builder.suggest(names[stmt.index], builder.hints.get(stmt.index, "i"))
        for name in self.kept:
            held = builder.substitute(self.lists[name], names)
            loaded = builder.apply(operator.getitem, held, position, hint=builder.hints.get(name, ""))
            if isinstance(loaded, ir.Var) and name in builder.types:
                builder.types[loaded.name] = builder.types[name]
            if isinstance(loaded, ir.Var) and name in builder.optional:
                builder.optional.add(loaded.name)
            names[name] = loaded


def _behind(statements: Sequence[ir.Stmt], name: str) -> int:
    """The place behind the statement that binds a name; the start of the block for a carried one."""
    for position, stmt in enumerate(statements):
        if name in ir.binds(stmt):
            return position + 1
    return 0
