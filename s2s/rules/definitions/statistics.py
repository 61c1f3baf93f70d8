"""Definitions: products, running sums and spreads that leave out what is NaN.

In: `np.nanprod`, `np.nancumsum`, `np.nancumprod`, `np.nanvar`, `np.nanstd`.  Out: their definitions in `RULES`.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import written

LINES = [case(A(4)), case(A(2, 3), axis=0), case(A(2, 3), axis=1, keepdims=True)]


@written(np.nanprod, cases=LINES)
def nanprod(a, axis=None, *, keepdims=False):
    return np.prod(np.where(np.isnan(a), 1.0, a), axis=axis, keepdims=keepdims)


@written(np.nancumsum, cases=[case(A(4)), case(A(2, 3), axis=1)])
def nancumsum(a, axis=None):
    return np.cumsum(np.where(np.isnan(a), 0.0, a), axis=axis)


@written(np.nancumprod, cases=[case(A(4)), case(A(2, 3), axis=1)])
def nancumprod(a, axis=None):
    return np.cumprod(np.where(np.isnan(a), 1.0, a), axis=axis)


@written(np.nanvar, cases=LINES)
def nanvar(a, axis=None, *, ddof=0, keepdims=False, correction=np._NoValue):
    absent = np.isnan(a)
    count = np.sum(~absent, axis=axis, keepdims=True)
    mean = np.sum(np.where(absent, 0.0, a), axis=axis, keepdims=True) / count
    deviation = np.where(absent, 0.0, np.where(absent, 0.0, a) - mean)
    total = np.sum(np.real(deviation * np.conj(deviation)), axis=axis, keepdims=keepdims)
    freedom = np.sum(~absent, axis=axis, keepdims=keepdims) - (ddof if correction is np._NoValue else correction)
    return np.where(freedom <= 0, np.nan, total / freedom)[()]


@written(np.nanstd, cases=LINES)
def nanstd(a, axis=None, *, ddof=0, keepdims=False, correction=np._NoValue):
    return np.sqrt(nanvar(a, axis, ddof=ddof, keepdims=keepdims, correction=correction))
