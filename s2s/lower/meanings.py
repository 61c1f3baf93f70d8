"""NumPy's and SciPy's functions in terms of simpler ones, as they would be written by hand for real numbers and given axes.

    np.trapezoid(y, dx=h)   =>   np.sum((y[1:] + y[:-1]) * h / 2.0)

In: nothing.  Out: `MEANINGS`, which `definitions` puts in the place of calls; `STORING` are those that change arrays of their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from s2s_runtime import kernels


# ------------------------------------------------------------------------------------------------------------ reductions
def largest(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return np.max(a, axis=axis, keepdims=keepdims)


def smallest(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return np.min(a, axis=axis, keepdims=keepdims)


def ptp(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


def average(a: Any, axis: Any = None, weights: Any = None, *, keepdims: bool = False) -> Any:
    if weights is None:
        return np.mean(a, axis=axis, keepdims=keepdims)
    aligned = kernels.align_weights(weights, np.shape(a), axis)
    total = np.sum(np.broadcast_to(aligned, np.shape(a)), axis=axis, keepdims=keepdims)
    return np.sum(a * aligned, axis=axis, keepdims=keepdims) / total


def nansum(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return np.sum(np.where(np.isnan(a), 0.0, a), axis=axis, keepdims=keepdims)


def nanmean(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    absent = np.isnan(a)
    return np.sum(np.where(absent, 0.0, a), axis=axis, keepdims=keepdims) / np.sum(np.where(absent, 0.0, 1.0), axis=axis, keepdims=keepdims)


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    if ord in (None, "fro", 2):
        return np.sqrt(np.sum(np.real(x * np.conj(x)), axis=axis, keepdims=keepdims))
    if np.ndim(x) == 1 or isinstance(axis, int):
        return vector_norm(np.abs(x), ord, axis, keepdims)
    rows, columns = (0, 1) if axis is None else axis
    along, across = (rows, columns) if abs(ord) == 1 else (columns, rows)
    sums = np.sum(np.abs(x), axis=along, keepdims=True)
    found = np.max(sums, axis=(along, across), keepdims=keepdims) if ord > 0 else np.min(sums, axis=(along, across), keepdims=keepdims)
    return found


def vector_norm(size: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    if ord == math.inf:
        return np.max(size, axis=axis, keepdims=keepdims)
    if ord == -math.inf:
        return np.min(size, axis=axis, keepdims=keepdims)
    if ord == 0:
        return np.sum(np.where(size != 0.0, 1.0, 0.0), axis=axis, keepdims=keepdims)
    if ord == 1:
        return np.sum(size, axis=axis, keepdims=keepdims)
    return np.sum(size**ord, axis=axis, keepdims=keepdims) ** (1.0 / ord)


def is_norm(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> bool:
    """Whether it is no norm by singular values, and no other one of several axes."""
    if ord is None or ord == "fro":
        return True
    one = x == 1 or type(axis) is int
    return isinstance(ord, (int, float)) and (one or abs(ord) in (1, math.inf))


def is_repeated(a: Any, n: Any = 1, axis: Any = -1) -> bool:
    """Whether differences are taken more than once."""
    return type(n) is int and n > 1


def is_weighted(a: Any, axis: Any = None, weights: Any = None, keepdims: Any = False) -> bool:
    """Whether weights belong to axes in their order: if to all of them, either they or what they weigh may be transposed."""
    return axis is None or isinstance(axis, int) or (isinstance(axis, tuple) and list(axis) == sorted(axis))


def is_aligned(weights: Any, shape: Any, axis: Any) -> bool:
    return is_weighted(None, axis)


def is_known_power(a: Any, n: Any) -> bool:
    return type(n) is int and abs(n) <= 8


def align_weights(weights: Any, shape: Any, axis: Any) -> Any:
    """Weights of the reduced axes only have fewer axes; they are in the order in which the axes are given."""
    if np.ndim(weights) == len(shape):
        return weights
    axes = [k % len(shape) for k in (axis if isinstance(axis, tuple) else (axis,))]
    rest = tuple([k for k in range(len(shape)) if k not in axes])
    return np.moveaxis(np.expand_dims(weights, tuple(range(len(axes), len(shape)))), tuple(range(len(shape))), (*axes, *rest))


def align_adjoint(g: Any, weights_shape: Any, axis: Any) -> Any:
    rank = np.ndim(g)
    if len(weights_shape) == rank:
        return g
    axes = [k % rank for k in (axis if isinstance(axis, tuple) else (axis,))]
    rest = tuple([k for k in range(rank) if k not in axes])
    return np.sum(np.moveaxis(g, (*axes, *rest), tuple(range(rank))), axis=tuple(range(len(axes), rank)))


def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    for _ in range(n):
        a = np.diff(a, axis=axis)
    return a


def matrix_power(a: Any, n: int) -> Any:
    if n == 0:
        return np.broadcast_to(np.eye(np.shape(a)[-1]), np.shape(a))
    factor = np.linalg.inv(a) if n < 0 else a
    found = factor
    for _ in range(abs(n) - 1):
        found = found @ factor
    return found


# ------------------------------------------------------------------------------------------------------------ grids
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    pairs = kernels.neighbours(y, axis)
    if x is None:
        return np.sum(dx * pairs / 2.0, axis=axis)
    if np.ndim(x) == np.ndim(y):
        return np.sum(np.diff(x, axis=axis) * pairs / 2.0, axis=axis)
    widths = np.expand_dims(np.diff(x), tuple(range(1, np.ndim(y) - axis % np.ndim(y))))
    return np.sum(widths * pairs / 2.0, axis=axis)


def gradient(f: Any, *spacing: Any, axis: Any = None, edge_order: int = 1) -> Any:
    axes = tuple(range(np.ndim(f))) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    steps = spacing if spacing else (1.0,)
    steps = steps * len(axes) if len(steps) == 1 else steps
    slopes = [kernels.gradient_along(f, step, k, edge_order) for k, step in zip(axes, steps, strict=True)]
    return slopes[0] if len(axes) == 1 else tuple(slopes)


def gradient_along(f: Any, spacing: Any, axis: int, edge_order: int) -> Any:
    f = np.moveaxis(f, axis, 0)
    inner, first, last = (equal_steps if np.ndim(spacing) == 0 else own_steps)(f, spacing, edge_order)
    return np.moveaxis(np.concatenate([first, inner, last]), 0, axis)


def equal_steps(f: Any, h: Any, edge_order: int) -> Any:
    inner = (f[2:] - f[:-2]) / (2.0 * h)
    if edge_order == 1:
        return inner, (f[1:2] - f[0:1]) / h, (f[-1:] - f[-2:-1]) / h
    first = -1.5 / h * f[0:1] + 2.0 / h * f[1:2] - 0.5 / h * f[2:3]
    return inner, first, 0.5 / h * f[-3:-2] - 2.0 / h * f[-2:-1] + 1.5 / h * f[-1:]


def own_steps(f: Any, places: Any, edge_order: int) -> Any:
    steps = np.diff(places)
    low, high = (np.expand_dims(part, tuple(range(1, np.ndim(f)))) for part in (steps[:-1], steps[1:]))
    inner = f[1:-1] * ((high - low) / (low * high)) + f[2:] * (low / (high * (low + high))) - f[:-2] * (high / (low * (low + high)))
    if edge_order == 1:
        return inner, (f[1:2] - f[0:1]) / steps[0], (f[-1:] - f[-2:-1]) / steps[-1]
    one, two = steps[0], steps[1]
    first = (one + two) / (one * two) * f[1:2] - (2.0 * one + two) / (one * (one + two)) * f[0:1] - one / (two * (one + two)) * f[2:3]
    one, two = steps[-2], steps[-1]
    last = two / (one * (one + two)) * f[-3:-2] - (two + one) / (one * two) * f[-2:-1]
    return inner, first, last + (2.0 * two + one) / (two * (one + two)) * f[-1:]


# ------------------------------------------------------------------------------------------------------------ shapes
def fliplr(m: Any) -> Any:
    return m[:, ::-1]


def flipud(m: Any) -> Any:
    return m[::-1]


def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    turns = k % 4
    if turns == 0:
        return m
    if turns == 2:
        return np.flip(np.flip(m, axes[0]), axes[1])
    if turns == 1:
        return np.swapaxes(np.flip(m, axes[1]), axes[0], axes[1])
    return np.flip(np.swapaxes(m, axes[0], axes[1]), axes[1])


def rollaxis(a: Any, axis: int, start: int = 0) -> Any:
    return np.moveaxis(a, axis, kernels.roll_destination(np.ndim(a), axis, start))


def atleast_1d(a: Any) -> Any:
    return np.expand_dims(a, 0) if np.ndim(a) == 0 else a


def atleast_2d(a: Any) -> Any:
    if np.ndim(a) == 0:
        return np.expand_dims(a, (0, 1))
    return np.expand_dims(a, 0) if np.ndim(a) == 1 else a


def atleast_3d(a: Any) -> Any:
    if np.ndim(a) == 0:
        return np.expand_dims(a, (0, 1, 2))
    if np.ndim(a) == 1:
        return np.expand_dims(a, (0, 2))
    return np.expand_dims(a, 2) if np.ndim(a) == 2 else a


def append(arr: Any, values: Any, axis: Any = None) -> Any:
    return np.concatenate((np.ravel(arr), np.ravel(values))) if axis is None else np.concatenate((arr, values), axis=axis)


def kron(a: Any, b: Any) -> Any:
    blocks = np.expand_dims(a, tuple(range(np.ndim(a), np.ndim(a) + np.ndim(b)))) * b
    return kernels.kron_join(blocks, np.shape(a), np.shape(b))


def unstack(x: Any, axis: int = 0) -> Any:
    return tuple([np.moveaxis(x, axis, 0)[k] for k in range(np.shape(x)[axis])])


def diagflat(v: Any, k: int = 0) -> Any:
    return np.diag(np.ravel(v), k)


def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: Any = None) -> Any:
    """Of vectors with three entries."""
    if axis is not None:
        axisa = axisb = axisc = axis
    x, y = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    first = x[..., 1] * y[..., 2] - x[..., 2] * y[..., 1]
    second = x[..., 2] * y[..., 0] - x[..., 0] * y[..., 2]
    return np.stack((first, second, x[..., 0] * y[..., 1] - x[..., 1] * y[..., 0]), axis=axisc)


def trace_of_each(x: Any, offset: int = 0) -> Any:
    return np.sum(np.diagonal(x, offset, -2, -1), axis=-1)


def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1)


def diagonal_of_each(x: Any, offset: int = 0) -> Any:
    return np.diagonal(x, offset, -2, -1)


def polyval(p: Any, x: Any) -> Any:
    found = np.zeros_like(x) + 0.0
    for k in range(len(p)):
        found = found * x + p[k]
    return found


# ------------------------------------------------------------------------------------------------------------ statistics
def cov(m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: Any = None) -> Any:
    rows = np.expand_dims(m, 0) if np.ndim(m) == 1 else m if rowvar else np.transpose(m)
    if y is not None:
        more = np.expand_dims(y, 0) if np.ndim(y) == 1 else y if rowvar else np.transpose(y)
        rows = np.concatenate((rows, more))
    lost = (0 if bias else 1) if ddof is None else ddof
    centred = rows - np.mean(rows, axis=1, keepdims=True)
    found = centred @ np.transpose(centred) / (np.shape(rows)[1] - lost)
    return found[0, 0] if np.ndim(m) == 1 and y is None else found


def corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Any:
    found = cov(x, y, rowvar)
    if np.ndim(found) == 0:
        return found / found
    sizes = np.sqrt(np.diagonal(found))
    return np.clip(found / np.expand_dims(sizes, 1) / np.expand_dims(sizes, 0), -1.0, 1.0)


def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False) -> Any:
    top = np.max(a, axis=axis, keepdims=True)
    shift = np.where(np.isfinite(top), top, 0.0)
    terms = np.exp(a - shift)
    total = np.sum(terms if b is None else b * terms, axis=axis, keepdims=keepdims)
    return np.log(total) + (shift if keepdims else np.sum(shift, axis=axis))


def softmax(x: Any, axis: Any = None) -> Any:
    terms = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return terms / np.sum(terms, axis=axis, keepdims=True)


def log_softmax(x: Any, axis: Any = None) -> Any:
    top = np.max(x, axis=axis, keepdims=True)
    shifted = x - np.where(np.isfinite(top), top, 0.0)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


# ------------------------------------------------------------------------------------------------------ special functions
def expit(x: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-x))


def logit(x: Any) -> Any:
    near = 2.0 * (x - 0.5)
    return np.where(np.abs(near) < 0.4, np.log1p(near) - np.log1p(-near), np.log(x / (1.0 - x)))


def log_expit(x: Any) -> Any:
    return np.where(x < 0.0, x - np.log1p(np.exp(x)), -np.log1p(np.exp(-x)))


def xlogy(x: Any, y: Any) -> Any:
    return np.where((x == 0.0) & (y == y), 0.0, x * np.log(y))


def xlog1py(x: Any, y: Any) -> Any:
    return np.where((x == 0.0) & (y == y), 0.0, x * np.log1p(y))


def entr(x: Any) -> Any:
    return np.where(x > 0.0, -x * np.log(x), np.where(x == 0.0, 0.0, np.where(x < 0.0, -math.inf, x)))


def ndtr(x: Any) -> Any:
    return 0.5 * special.erfc(-x * math.sqrt(0.5))


MEANINGS: dict[Any, Callable[..., Any]] = {
    np.amax: largest, np.amin: smallest, np.ptp: ptp, np.average: average, np.nansum: nansum, np.nanmean: nanmean,
    np.linalg.norm: norm, np.trapezoid: trapezoid, np.gradient: gradient, kernels.gradient_along: gradient_along,
    kernels.align_weights: align_weights, kernels.align_adjoint: align_adjoint, np.diff: diff, np.linalg.matrix_power: matrix_power,
    np.fliplr: fliplr, np.flipud: flipud, np.rot90: rot90, np.rollaxis: rollaxis, np.append: append, np.kron: kron,
    np.atleast_1d: atleast_1d, np.atleast_2d: atleast_2d, np.atleast_3d: atleast_3d, np.diagflat: diagflat, np.cross: cross,
    np.linalg.cross: cross, np.trace: trace, np.linalg.trace: trace_of_each, np.linalg.diagonal: diagonal_of_each, np.polyval: polyval,
    np.cov: cov, np.corrcoef: corrcoef, special.logsumexp: logsumexp, special.softmax: softmax, special.log_softmax: log_softmax,
    special.expit: expit, special.logit: logit, special.log_expit: log_expit, special.xlogy: xlogy, special.xlog1py: xlog1py,
    special.entr: entr, special.ndtr: ndtr,
}  # fmt: skip

OF_NUMBERS = {special.expit, special.logit, special.log_expit, special.xlogy, special.xlog1py, special.entr, special.ndtr}
"""Those that are meant for numbers, too."""

ONLY_IF: dict[Any, Callable[..., bool]] = {
    np.linalg.norm: is_norm, np.diff: is_repeated, np.average: is_weighted, kernels.align_weights: is_aligned,
    kernels.align_adjoint: is_aligned, np.linalg.matrix_power: is_known_power,
}  # fmt: skip
"""Which calls a meaning covers, by the number of axes of the first argument and the values of the others, where these are known."""
