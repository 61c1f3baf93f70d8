"""Which elementary functions are computed by the runtime's kernels, in whose loops LLVM can use vectors.

In: a function of numbers, what is known of its operands.  Out: the kernel, or the function itself: for complex numbers, and
for powers by whole numbers, which are products.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import special

from s2s import facts
from s2s_runtime import elementary

NAMES = ("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh")
KERNELS: dict[Any, Callable[..., Any]] = {
    **{getattr(np, name): getattr(elementary, name) for name in NAMES},
    **{getattr(math, name): getattr(elementary, name) for name in NAMES},
    np.arctan: elementary.arctan, math.atan: elementary.arctan, special.erf: elementary.erf, math.erf: elementary.erf,
    operator.pow: elementary.power, np.power: elementary.power, np.hypot: elementary.hypot, math.hypot: elementary.hypot,
}  # fmt: skip


SPECIAL: set[Any] = {special.erf, special.erfc, special.gamma, special.gammaln}
"""SciPy's functions of entries that are computed one by one."""
KERNELS.update({special.erfc: math.erfc, special.gamma: math.gamma, special.gammaln: math.lgamma})


def kernel(function: Callable[..., Any], operands: Sequence[facts.Type | None]) -> Callable[..., Any]:
    """What computes a function of numbers."""
    found = KERNELS.get(function)
    if found is None or not all(isinstance(fact, facts.Num) and fact.dtype is not None and fact.shape == () for fact in operands):
        return function
    kinds = [fact.dtype.kind for fact in operands]  # type: ignore[union-attr]
    if found is elementary.power:
        return found if kinds == ["f", "f"] else function
    return found if set(kinds) <= set("fiub") else function
