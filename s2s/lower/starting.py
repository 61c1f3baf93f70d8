"""Innermost loops that begin somewhere in a row count from 0 instead.

    for j in range(i, m):                 for k in range(m - i):
        y[j] += t * x[n, j]      =>           j = k + i
                                              y[j] += t * x[n, j]

Numba counts negative indices from the end.  LLVM sees that an index which starts at 0, with a number added that counts from 0
itself, is not negative; of one that starts at another number it does not, so that each entry would be looked at on its own.

In: a program of loop nests as it is about to be written.  Out: the same entries in the same order.  A piece of a loop that runs in
threads begins at a number of which LLVM sees that it is not below 0.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import replace

from s2s import facts, ir
from s2s.lower.adding import is_innermost
from s2s.lower.assuming import Assumption
from s2s.lower.counting import count_uses
from s2s.lower.passing import Pass
from s2s.lower.values import ONE, ZERO
from s2s_runtime import loops


def from_zero(function: ir.Function, assumption: Assumption) -> ir.Function:
    """The function with innermost loops that count from 0."""
    return Starting(function, assumption).run()


class Starting(Pass):
    """One function's loops being changed."""

    def loop(self, stmt: ir.For) -> Sequence[ir.Stmt]:
        start, stop, step = stmt.bounds
        made = self.builder.definition(start)
        known = isinstance(start, ir.Const) or (made is not None and made.function is loops.share)
        if known or step != ONE or stmt.slots or stmt.parallel or not is_innermost(stmt) or not count_uses(stmt.body)[stmt.index]:
            return [stmt]
        with self.builder.scope(), self.builder.block() as statements:
            trips = self.builder.apply(operator.sub, stop, start)
            count = self.builder.fresh("k", facts.INT)
            index = ir.Let(stmt.index, ir.Apply(operator.add, (count, start)), stmt.origin)
            body = replace(stmt.body, statements=(index, *stmt.body.statements))
            self.builder.emit(replace(stmt, index=count.name, bounds=(ZERO, trips, ONE), body=body))
        return statements
