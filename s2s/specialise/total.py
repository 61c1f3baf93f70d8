"""Whether a program cannot fail: then a gradient that reads none of its values does not run it.

    for i in range(1, n): a[i] += a[i - 1]      cannot fail, where its gradient does not
    y = math.log(x)                             fails for negative x, where 1 / x does not

In: a block.  Out: whether every function in it takes all arguments that its derivative takes.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from s2s import ir
from s2s.primitives import STORES

TOTAL: set[Any] = {
    operator.add, operator.sub, operator.mul, operator.neg, operator.pos, operator.getitem, len, range, min, max, np.shape,
    np.size, np.ndim, np.sum, np.copy, np.zeros, np.ones, np.empty, np.full, np.zeros_like, np.ones_like, np.empty_like,
    operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne, operator.not_, *STORES,
}  # fmt: skip
"""Functions that cannot fail, or fail as their derivatives do: an index out of range is out of range for a cotangent too."""


def total(block: ir.Block) -> bool:
    return all(_total(stmt) for stmt in block.statements)


def _total(stmt: ir.Stmt) -> bool:
    match stmt:
        case ir.Let():
            return stmt.value.function in TOTAL or _divides(stmt.value)
        case ir.If() | ir.For():
            return all(total(block) for block in ir.blocks(stmt))
        case _:
            return False


def _divides(application: ir.Apply) -> bool:
    """A division by a number that is not 0."""
    if application.function not in (operator.truediv, operator.floordiv, operator.mod) or len(application.args) != 2:
        return False
    divisor = application.args[1]
    return isinstance(divisor, ir.Const) and isinstance(divisor.value, (int, float)) and divisor.value != 0
