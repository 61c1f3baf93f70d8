"""Definitions: polynomials, given by their coefficients from the highest power down, and what `numpy.polynomial` is written with.

In: `np.vander`, `np.poly`, `np.polyder`, `np.polyint`, `np.polyadd`, `np.polysub`, `np.polymul`, `np.polydiv`, `np.polyfit`.  Out:
their definitions in `RULES`.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial import polyutils

from s2s.rules.cases import A, case
from s2s.rules.declare import Given, written
from s2s_runtime.kernels import within_zeros


@written(np.vander, cases=[case(A(4)), case(A(4), 2), case(A(3), 3, True), case(A(3), 1)])
def vander(x, N=None, increasing=False):
    count = len(x) if N is None else N
    ones = np.ones_like(np.expand_dims(x, 1))
    if count == 0:
        return ones[:, :0]
    factors = np.broadcast_to(np.expand_dims(x, 1), (len(x), count - 1))
    powers = np.concatenate((ones, np.cumprod(factors, axis=1)), axis=1)
    return powers if increasing else powers[:, ::-1]


@written(np.polyder, cases=[case(A(4)), case(A(5), 2), case(A(3), 3)])
def polyder(p, m=1):
    p = np.asarray(p)
    for _ in range(m):
        p = p[:-1] * np.arange(len(p) - 1, 0, -1)
    return p


@written(np.polyint, arrays=("p", "k"), cases=[case(A(4)), case(A(3), 2), case(A(3), 2, [0.5, 1.5]), case(A(3), 1, A(1))])
def polyint(p, m=1, k=None):
    p = np.asarray(p)
    if k is None:
        constants = np.zeros(m)
    else:
        constants = np.atleast_1d(k)
        if m > 1 and len(constants) == 1:
            constants = constants[0] * np.ones(m)
    for i in range(m):
        p = np.concatenate((p / np.arange(len(p), 0, -1), constants[i : i + 1]))
    return p


@written(np.polyadd, cases=[case(A(4), A(2)), case(A(2), A(4)), case(A(3), A(3))])
def polyadd(a1, a2):
    one, other = aligned(a1, a2)
    return one + other


@written(np.polysub, cases=[case(A(4), A(2)), case(A(2), A(4)), case(A(3), A(3))])
def polysub(a1, a2):
    one, other = aligned(a1, a2)
    return one - other


def aligned(a1, a2):
    """Two polynomials, the shorter one with zeros in front."""
    one, other = np.atleast_1d(a1), np.atleast_1d(a2)
    more = len(other) - len(one)
    if more > 0:
        one = np.concatenate((np.zeros(more, one.dtype), one))
    if more < 0:
        other = np.concatenate((np.zeros(-more, other.dtype), other))
    return one, other


@written(np.polymul, cases=[case(A(4), A(2)), case(A(2), A(3))])
def polymul(a1, a2):
    return np.convolve(np.atleast_1d(a1), np.atleast_1d(a2))


@written(np.polydiv)
def polydiv(u, v):
    """Quotient and remainder by long division; leading zeros of the remainder go, as many as there are."""
    u, v = np.atleast_1d(u) + 0.0, np.atleast_1d(v) + 0.0
    scale, size = 1.0 / v[0], len(v)
    rest, quotients = u, []
    for k in range(len(u) - size + 1):
        step = scale * rest[k]
        quotients.append(step)
        rest = np.concatenate((rest[:k], rest[k : k + size] - step * v, rest[k + size :]))
    quotient = np.stack(quotients) if len(u) >= size else np.zeros(1, rest.dtype)
    first = 0
    while first < len(u) - 1 and np.allclose(rest[first], 0, rtol=1e-14):
        first = first + 1
    return quotient, rest[first:]


def is_real_line(seq_of_zeros):
    """A vector of complex numbers may have a real polynomial: the values decide."""
    return isinstance(seq_of_zeros, Given) and seq_of_zeros.real and seq_of_zeros.ndim == 1


@written(np.poly, when=is_real_line)
def poly(seq_of_zeros):
    factors = np.ones(1, seq_of_zeros.dtype)
    for k in range(len(seq_of_zeros)):
        factors = np.convolve(factors, np.stack((np.ones_like(seq_of_zeros[k]), -seq_of_zeros[k])))
    return factors


def only_coefficients(x, y, deg, rcond, full, w, cov):
    return full is False and cov is False


@written(np.polyfit, arrays=("x", "y", "w"), when=only_coefficients)
def polyfit(x, y, deg, rcond=None, full=False, w=None, cov=False):
    x, y = np.asarray(x) + 0.0, np.asarray(y) + 0.0
    if rcond is None:
        rcond = len(x) * np.finfo(x.dtype).eps
    powers = np.vander(x, deg + 1)
    if w is not None:
        w = np.asarray(w) + 0.0
        powers = powers * np.expand_dims(w, 1)
        y = y * (np.expand_dims(w, 1) if np.ndim(y) == 2 else w)
    scale = np.sqrt(np.sum(powers * powers, axis=0))
    coefficients = np.linalg.lstsq(powers / scale, y, rcond)[0]
    return np.transpose(np.transpose(coefficients) / scale)


# ----------------------------------------------------------------------------------------------- numpy.polynomial
@written(polyutils.trimseq)
def trimseq(seq):
    """Without zeros at the end, but for one entry."""
    return seq[: max(within_zeros(seq, "b")[1], 1)]


@written(polyutils.as_series, arrays=())
def as_series(alist, trim=True):
    arrays = [np.array(a, ndmin=1, copy=None) for a in alist]
    if trim:
        arrays = [polyutils.trimseq(a) for a in arrays]
    dtype = np.common_type(*arrays)
    return [np.array(a, dtype=dtype) for a in arrays]
