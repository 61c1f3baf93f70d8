"""Elementary functions that an inner loop computes again and again, for the same numbers, are looked up in a row.

    for start in range(0, n, size):                   for k in range(half):
        for k in range(half):                             row[k] = cos(w * k)
            re[start + k] *= cos(w * k)       =>      for start in range(0, n, size):
                                                          for k in range(half):
                                                              re[start + k] *= row[k]

In: a program of loop nests.  Out: one that computes the same, to the last bit, with rows that are filled before the outermost loop in
which they stay the same.  Such a loop can be written with vector instructions, too.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence, Set
from dataclasses import replace

import numpy as np

from s2s import facts, ir
from s2s.emit.owners import bound_in_order
from s2s.lower.assuming import Assumption
from s2s.lower.counting import bound
from s2s.lower.elementary import KERNELS
from s2s.lower.fusing import renamed
from s2s.lower.passing import Pass
from s2s.lower.places import number
from s2s.lower.values import ONE, ZERO
from s2s_runtime import kernels, loops

DEAR = frozenset(KERNELS.values())
"""Functions that take longer than reading a number."""
PLAIN = {operator.add, operator.sub, operator.mul, operator.truediv, operator.neg, operator.getitem, float, np.float64, np.sqrt, loops.plus}
"""Others that may be computed though there is no iteration: indices are proved."""


def tabled(function: ir.Function, assumption: Assumption) -> ir.Function:
    """The function with rows for what is dear and stays the same."""
    return Tabling(function, assumption).run()


class Tabling(Pass):
    """One function's loops being changed; `rows` has what is bound by the statements that make a row."""

    def __init__(self, function: ir.Function, assumption: Assumption) -> None:
        super().__init__(function, assumption)
        self.rows: set[str] = set()

    def while_loop(self, stmt: ir.While) -> Sequence[ir.Stmt]:
        before, body = self.out_of(stmt, stmt.body)
        return [*before, replace(stmt, body=body)]

    def loop(self, stmt: ir.For) -> Sequence[ir.Stmt]:
        if stmt.slots:
            return [stmt]
        before, body = self.out_of(stmt, stmt.body)
        own, statements = names_in(stmt, body), []
        stored = {name for one in body.statements if isinstance(one, ir.For) for name in ir.variables(ir.Pack(tuple, one.inits))}
        for one in body.statements:
            if isinstance(one, ir.For) and is_whole_row(one) and own.isdisjoint(ir.variables(ir.Pack(tuple, one.bounds))):
                made, one = self.looked_up(one, own | stored | set(ir.variables(ir.Pack(tuple, stmt.inits))))
                before += made
            statements.append(one)
        return [*before, replace(stmt, body=replace(body, statements=tuple(statements)))]

    def out_of(self, stmt: ir.For | ir.While, body: ir.Block) -> tuple[list[ir.Stmt], ir.Block]:
        """The statements that make rows which are the same in each iteration, and the others."""
        own, before, stay = names_in(stmt, body), [], []
        for one in body.statements:
            if self.rows.issuperset(ir.binds(one)) and own.isdisjoint(ir.free(ir.Block((one,)))):
                before.append(one)
                own.difference_update(ir.binds(one))
            else:
                stay.append(one)
        return before, replace(body, statements=tuple(stay))

    def looked_up(self, stmt: ir.For, changing: Set[str]) -> tuple[list[ir.Stmt], ir.For]:
        """What fills the rows of an inner loop, and the loop that reads them."""
        lets = fixed(stmt, changing)
        rest = ir.Block(tuple([one for one in stmt.body.statements if one not in lets]), stmt.body.yields)
        wanted = [let for let in dear(lets) if let.target in ir.free(rest) and self.is_number(let)]
        if not wanted:
            return [], stmt
        with self.builder.scope(), self.builder.block() as made:
            rows = self.filled(stmt, lets, wanted)
        self.rows.update(name for one in made for name in ir.binds(one))
        reads = {
            let.target: replace(let, value=ir.Apply(operator.getitem, (row, ir.Var(stmt.index))))
            for let, row in zip(wanted, rows, strict=True)
        }
        statements = tuple([reads.get(one.target, one) if isinstance(one, ir.Let) else one for one in stmt.body.statements])
        return made, replace(stmt, body=replace(stmt.body, statements=statements))

    def filled(self, stmt: ir.For, lets: Sequence[ir.Let], wanted: Sequence[ir.Let]) -> Sequence[ir.Var]:
        """Rows of numbers, written to the builder: each has what one of the statements gives in an iteration."""
        builder, (start, stop, step) = self.builder, stmt.bounds
        trips = stop if step == ONE else builder.shifted(start, 1)
        length = trips if builder.ranges.is_surely_count(trips) else builder.apply(max, trips, ZERO)
        made = [self.row(let, length) for let in wanted]
        carried, results = ([builder.fresh(builder.hint(row), builder.type_of(row)) for row in made] for _ in range(2))
        index = builder.fresh(builder.hints.get(stmt.index, ""), facts.INT)
        fresh = {let.target: builder.fresh(builder.hints.get(let.target, ""), builder.types.get(let.target)) for let in lets}
        block = renamed(ir.Block(tuple(lets)), {stmt.index: index, **fresh})
        own = [replace(one, target=fresh[one.target].name) for one in block.statements if isinstance(one, ir.Let)]
        with builder.scope(), builder.block() as stores:
            ends = [builder.apply(kernels.index_set, row, index, fresh[let.target]) for row, let in zip(carried, wanted, strict=True)]
        builder.emit(ir.For(
            index.name, (ZERO, trips, ONE), tuple([row.name for row in carried]), tuple(made), ir.Block((*own, *stores), tuple(ends)),
            tuple([row.name for row in results]), origin=stmt.origin,
        ))  # fmt: skip
        return results

    def row(self, let: ir.Let, length: ir.Atom) -> ir.Atom:
        """A new row for what a statement gives."""
        fact, hint = self.builder.types[let.target], self.builder.hints.get(let.target, "") or "row"
        assert isinstance(fact, facts.Num)
        return self.builder.array(np.empty, (length,), replace(fact, shape=(facts.fresh(),), weak=False), hint)

    def is_number(self, let: ir.Let) -> bool:
        fact = self.builder.types.get(let.target)
        return isinstance(fact, facts.Num) and fact.shape == () and fact.dtype in (np.float64, np.float32)


def names_in(stmt: ir.For | ir.While, body: ir.Block) -> set[str]:
    """What is another value in each iteration of a loop, or may be."""
    return {*bound(stmt), *bound_in_order(body)}.difference(stmt.results)


def is_whole_row(stmt: ir.For) -> bool:
    """Whether a loop goes from 0 to an end, or back."""
    start, stop, step = stmt.bounds
    whole = (start, step) == (ZERO, ONE) or (number(stop), number(step)) == (-1, -1)
    return whole and not stmt.stops and not stmt.slots


def fixed(stmt: ir.For, changing: Set[str]) -> list[ir.Let]:
    """The statements of an inner loop that give the same whenever its index is the same, and that can do no harm."""
    changing = {*changing, *stmt.carried, *(name for one in stmt.body.statements for name in bound_in_order(ir.Block((one,))))}
    changing |= set(ir.variables(ir.Pack(tuple, stmt.inits)))
    changing.discard(stmt.index)
    found = []
    for one in stmt.body.statements:
        plain = isinstance(one, ir.Let) and not one.value.kwargs and one.value.function in PLAIN | DEAR
        if isinstance(one, ir.Let) and plain and changing.isdisjoint(ir.reads(one.value)):
            found.append(one)
            changing.discard(one.target)
    return found


def dear(lets: Sequence[ir.Let]) -> list[ir.Let]:
    """The statements that compute an elementary function, or with what one gives."""
    found: dict[str, ir.Let] = {}
    for let in lets:
        if let.value.function in DEAR or not found.keys().isdisjoint(ir.reads(let.value)):
            found[let.target] = let
    return list(found.values())
