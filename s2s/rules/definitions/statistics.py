"""Definitions: products, sums and spreads that leave out what is NaN, covariances of several samples.

In: `np.nanprod`, `np.nancumsum`, `np.nancumprod`, `np.nanvar`, `np.nanstd`; `np.cov` and `np.corrcoef` of two samples, or of columns;
`np.var` and `np.std` with a correction.  Out: their definitions in `RULES`.
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


def has_correction(a, axis, ddof, keepdims, correction):
    return correction is not np._NoValue and type(ddof) is int and ddof == 0


@written(np.var, when=has_correction)
def var(a, axis=None, *, ddof=0, keepdims=False, correction=np._NoValue):
    return np.var(a, axis, ddof=correction, keepdims=keepdims)


@written(np.std, when=has_correction)
def std(a, axis=None, *, ddof=0, keepdims=False, correction=np._NoValue):
    return np.std(a, axis, ddof=correction, keepdims=keepdims)


# --------------------------------------------------------------------------------------------------- covariances
def variables(m, rowvar):
    """The samples as rows."""
    return m if rowvar or np.ndim(m) < 2 else np.transpose(m)


def several_samples(m, y, rowvar, bias, ddof):
    return y is not None or bias is not False


@written(np.cov, arrays=("m", "y"), when=several_samples)
def cov(m, y=None, rowvar=True, bias=False, ddof=None):
    freedom = ddof if ddof is not None else 0 if bias else 1
    if y is None:
        return np.cov(m, rowvar=rowvar, ddof=freedom)
    rows = np.concatenate((np.atleast_2d(variables(m, rowvar)), np.atleast_2d(variables(y, rowvar))), axis=0)
    return np.cov(rows, ddof=freedom)


def columns_alone(x, y, rowvar):
    return y is None and rowvar is False and getattr(x, "ndim", None) == 2


@written(np.corrcoef, arrays=("x", "y"), when=columns_alone)
def corrcoef(x, y=None, rowvar=True):
    return np.corrcoef(np.transpose(x))
