"""What is the same in every iteration of a loop over entries is computed before it.

    for j in range(m):                            row = place(i, n)
        y[i, j] = x[place(i, n), j] / s[i]   =>   t = s[i]
                                                  for j in range(m):
                                                      y[i, j] = x[row, j] / t

In: the statements of a loop's body and the names that change.  Out: those that may stand before the loop, and the others.  Of a
loop that stands for a whole-array statement, these may fail: NumPy, too, finds an index that is out of bounds where no entry is
named.  Of a user's loop, which may have no iteration, only sums and products are taken.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence, Set

from s2s import ir
from s2s.primitives import STORES, UPDATES, is_shared
from s2s_runtime import loops

MAY_FAIL = {operator.truediv, operator.floordiv, operator.mod, operator.pow}
"""They raise for some numbers where Python runs them."""

NEVER_FAIL = {operator.add, operator.sub, operator.mul, operator.neg, loops.reciprocal, loops.around}


def hoisted(
    statements: Sequence[ir.Stmt], changing: Set[str], sure: bool = True
) -> tuple[list[ir.Stmt], list[ir.Stmt]]:
    """The statements that may stand before the loop, and those that stay; `sure`: they may be made though there is no iteration."""
    before: list[ir.Stmt] = []
    stay: list[ir.Stmt] = []
    changing = set(changing)
    for stmt in statements:
        if isinstance(stmt, ir.Let) and is_fixed(stmt.value, changing) and (sure or stmt.value.function in NEVER_FAIL):
            before.append(stmt)
        else:
            stay.append(stmt)
            changing.update(ir.binds(stmt))
    return before, stay


def is_fixed(value: ir.Apply, changing: Set[str]) -> bool:
    """Whether an application gives the same in every iteration, and may be made though there is none."""
    function = value.function
    if not is_shared(function) or function in STORES or function in UPDATES or function in MAY_FAIL:
        return False
    return changing.isdisjoint(ir.reads(value))
