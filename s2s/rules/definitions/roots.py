"""Definitions: roots, powers and logarithms that are complex where an argument is negative.

In: `np.emath.sqrt`, `log`, `log2`, `log10`, `logn` and `power`.  Out: their definitions in `RULES`; the inverse functions of
`np.emath`, which turn complex at the ends of a cut, are refused.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import refused, written

EITHER = [case(A(3, domain="positive")), case(A(3)), case(A())]


def complex_if_negative(x):
    """Numbers as they are, or all of them as complex ones if one is negative."""
    return x + 0j if np.any(np.isreal(x) & (x < 0)) else x


@written(np.emath.sqrt, cases=EITHER)
def sqrt(x):
    return np.sqrt(complex_if_negative(x))


@written(np.emath.log, cases=EITHER)
def log(x):
    return np.log(complex_if_negative(x))


@written(np.emath.log2, cases=EITHER)
def log2(x):
    return np.log2(complex_if_negative(x))


@written(np.emath.log10, cases=EITHER)
def log10(x):
    return np.log10(complex_if_negative(x))


@written(np.emath.logn, arrays=("x",), cases=[case(2.0, A(3, domain="positive")), case(2.0, A(3))])
def logn(n, x):
    return np.log(complex_if_negative(x)) / np.log(complex_if_negative(n))


@written(np.emath.power, arrays=("x",), cases=[case(A(3, domain="positive"), 1.5), case(A(3), 2.0)])
def power(x, p):
    return np.power(complex_if_negative(x), p)


refused(
    np.emath.arccos,
    np.emath.arcsin,
    np.emath.arctanh,
    reason="an inverse function of np.emath turns complex where its argument leaves [-1, 1], and has no derivative rule",
    hint="write that of np, with x + 0j where x may leave [-1, 1]",
)
