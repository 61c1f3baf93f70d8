"""Definitions: products, sums and spreads that leave out what is NaN, covariances of several samples.

In: `np.nanprod`, `np.nancumsum`, `np.nancumprod`, `np.nanvar`, `np.nanstd`; `np.cov` and `np.corrcoef` of two samples, or of columns;
`np.var` and `np.std` with a correction.  Out: their definitions in `RULES`.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import written
from s2s_runtime.kernels import align_weights

LINES = [case(A(4)), case(A(2, 3), axis=0), case(A(2, 3), axis=1, keepdims=True)]


@written(np.nanprod, cases=LINES)
def nanprod(a, axis=None, *, keepdims=False, initial=np._NoValue, where=True):
    present = np.where(np.isnan(a), 1.0, a)
    if initial is not np._NoValue:
        return np.prod(present, axis=axis, keepdims=keepdims, initial=initial, where=where)
    if where is not True:
        return np.prod(present, axis=axis, keepdims=keepdims, where=where)
    return np.prod(present, axis=axis, keepdims=keepdims)


def of_some(a, axis, keepdims, initial, where):
    return initial is not np._NoValue or where is not True


@written(np.nansum, when=of_some)
def nansum(a, axis=None, *, keepdims=False, initial=np._NoValue, where=True):
    present = np.where(np.isnan(a), 0.0, a)
    if initial is not np._NoValue:
        return np.sum(present, axis=axis, keepdims=keepdims, initial=initial, where=where)
    return np.sum(present, axis=axis, keepdims=keepdims, where=where)


@written(np.nanmean, when=lambda a, axis, keepdims, where: where is not True)
def nanmean(a, axis=None, *, keepdims=False, where=True):
    absent = np.isnan(a)
    count = np.sum(~absent, axis=axis, keepdims=keepdims, where=where)
    return np.sum(np.where(absent, 0.0, a), axis=axis, keepdims=keepdims, where=where) / count


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


def several_samples(m, y, rowvar, bias, ddof, fweights, aweights):
    return y is not None or bias is not False or fweights is not None or aweights is not None


@written(np.cov, arrays=("m", "y", "fweights", "aweights"), when=several_samples)
def cov(m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None):
    freedom = ddof if ddof is not None else 0 if bias else 1
    if y is None and fweights is None and aweights is None:
        return np.cov(m, rowvar=rowvar, ddof=freedom)
    rows = np.atleast_2d(variables(m, rowvar))
    if y is not None:
        rows = np.concatenate((rows, np.atleast_2d(variables(y, rowvar))), axis=0)
    if fweights is None and aweights is None:
        return np.cov(rows, ddof=freedom)
    return weighed(rows, freedom, fweights, aweights)


def weighed(rows, freedom, fweights, aweights):
    """The covariance of observations that count several times, and that have weights."""
    counted = np.asarray(fweights, float) if fweights is not None else 1.0
    weights = counted * np.asarray(aweights, float) if aweights is not None else counted
    total = np.sum(weights)
    if freedom == 0:
        count = total
    elif aweights is None:
        count = total - freedom
    else:
        count = total - freedom * np.sum(weights * aweights) / total
    apart = rows - np.expand_dims(np.average(rows, axis=1, weights=weights), 1)
    return np.squeeze(np.dot(apart, np.conj(np.transpose(apart * weights))) * np.true_divide(1, count))


def with_weights(a, axis, weights, returned, keepdims):
    return returned is True


@written(np.average, arrays=("a", "weights"), when=with_weights)
def average(a, axis=None, weights=None, returned=False, *, keepdims=False):
    """The mean, and the weight that it stands for."""
    mean = np.average(a, axis, weights, keepdims=keepdims)
    if weights is None:
        return mean, np.broadcast_to(np.size(a) / np.size(mean), np.shape(mean))[()]
    total = np.sum(align_weights(weights, np.shape(a), axis), axis=axis, keepdims=keepdims)
    return mean, total if np.ndim(mean) == 0 else np.broadcast_to(total, np.shape(mean))


def columns_alone(x, y, rowvar):
    return y is None and rowvar is False and getattr(x, "ndim", None) == 2


@written(np.corrcoef, arrays=("x", "y"), when=columns_alone)
def corrcoef(x, y=None, rowvar=True):
    return np.corrcoef(np.transpose(x))
