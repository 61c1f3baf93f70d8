"""Kernels around reductions: undoing what a reduction or a broadcast did to the axes.

In: arrays, and the `axis` and `keepdims` of a reduction.  Out: arrays.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def sum_to(g: Any, shape: tuple[int, ...]) -> Any:
    """The adjoint of broadcasting from `shape`: `g` summed over the axes that were repeated.

    Leading axes of length 1 may be missing in `g`: a store `a[0] = value` drops them.
    """
    have = np.shape(g)
    if have == shape:
        return g
    lead = len(have) - len(shape)
    if lead < 0 and (1,) * -lead + have == tuple(shape):
        return np.reshape(g, shape)
    if lead < 0 or any(n not in (1, m) for n, m in zip(shape, have[lead:], strict=True)):
        raise ValueError(f"a cotangent of shape {have} does not fit a value of shape {tuple(shape)}")
    stretched = tuple(lead + axis for axis, n in enumerate(shape) if n != have[lead + axis])
    return np.reshape(np.sum(g, axis=(*range(lead), *stretched)), shape)


def keep_axes(x: Any, axis: Any, keepdims: bool) -> Any:
    """The result of a reduction over `axis`, with the reduced axes put back as axes of length 1."""
    return x if keepdims or axis is None else np.expand_dims(x, axis)


def axis_size(a: Any, axis: Any) -> int:
    """How many elements a reduction over `axis` adds up."""
    shape = np.shape(a)
    if axis is None:
        return math.prod(shape)
    return math.prod(shape[i] for i in (axis if isinstance(axis, tuple) else (axis,)))


def axes_behind(axis: Any, rank: int, front: int) -> tuple[int, ...]:
    """The axes of a reduction, of all `rank` axes where there is no `axis`, with so many others in front."""
    axes = range(rank) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return tuple(k % rank + front for k in axes)


def degrees_of_freedom(a: Any, axis: Any, ddof: float) -> float:
    """What `np.var` divides by."""
    return max(axis_size(a, axis) - ddof, 0)


def centre(a: Any, axis: Any) -> Any:
    """`a` less its mean over `axis`: exactly zero where all elements are equal, although their mean is rounded."""
    deviation = a - np.mean(a, axis=axis, keepdims=True)
    if np.size(a) == 0:
        return deviation
    constant = np.max(a, axis=axis, keepdims=True) == np.min(a, axis=axis, keepdims=True)
    return np.where(constant, 0.0, deviation)


def share_ties(g: Any, chosen: Any, axis: Any) -> Any:
    """`g`, with reduced axes of length 1, shared equally among the chosen elements along `axis`; zero elsewhere.

    Where none is chosen, the extreme that was looked for is NaN, and so is every share.
    """
    count = _count(chosen, axis, g)
    return np.where(chosen | np.isnan(count), g / count, 0.0)


def mean_of_ties(v: Any, chosen: Any, axis: Any) -> Any:
    """The mean of the chosen elements along `axis`, which keeps its length 1; NaN where none is chosen."""
    return np.sum(np.where(chosen, v, 0.0), axis=axis, keepdims=True) / _count(chosen, axis, v)


def _count(chosen: Any, axis: Any, like: Any) -> Any:
    count = np.sum(chosen, axis=axis, keepdims=True)
    return np.where(count == 0, np.nan, count).astype(np.result_type(like))


def products_before(a: Any, axis: Any) -> Any:
    """The product of all elements before each one, along `axis` (several axes, or None, run in C order)."""
    rows = _rows(a, axis)
    result = np.ones_like(rows)
    np.cumprod(rows[..., :-1], axis=-1, out=result[..., 1:])
    return _unrows(result, a, axis)


def discounted_before(b: Any, a: Any, axis: Any) -> Any:
    """The recurrence t[k + 1] = a[k] t[k] + b[k] from t[0] = 0, along `axis` (several axes run in C order)."""
    factors, rows = _rows(a, axis), _rows(b, axis)
    result = np.zeros_like(rows)
    for k in range(rows.shape[-1] - 1):
        result[..., k + 1] = factors[..., k] * result[..., k] + rows[..., k]
    return _unrows(result, b, axis)


def _rows(a: Any, axis: Any) -> Any:
    """`a` with `axis` flattened into one last axis."""
    if axis is None:
        return np.reshape(a, -1)
    axes = axis if isinstance(axis, tuple) else (axis,)
    moved = np.moveaxis(a, sorted(i % np.ndim(a) for i in axes), range(-len(axes), 0))
    return moved.reshape(*moved.shape[: moved.ndim - len(axes)], axis_size(a, axes))


def _unrows(rows: Any, a: Any, axis: Any) -> Any:
    """The inverse of `_rows`: back to the layout of `a`."""
    shape = np.shape(a)
    if axis is None:
        return np.reshape(rows, shape)
    axes = sorted(i % len(shape) for i in (axis if isinstance(axis, tuple) else (axis,)))
    return np.moveaxis(np.reshape(rows, (*rows.shape[:-1], *(shape[i] for i in axes))), range(-len(axes), 0), axes)


def align_weights(weights: Any, shape: tuple[int, ...], axis: Any) -> Any:
    """Weights of the reduced axes only, as `np.average` takes them, laid along the axes of an array of `shape`."""
    if np.shape(weights) == shape:
        return weights
    axes = [i % len(shape) for i in (axis if isinstance(axis, tuple) else (axis,))]
    ordered = np.transpose(weights, np.argsort(axes))
    return np.reshape(ordered, [n if i in axes else 1 for i, n in enumerate(shape)])


def align_adjoint(g: Any, weights_shape: tuple[int, ...], axis: Any) -> Any:
    """The adjoint of `align_weights`: `g` summed over the axes along which the weights were repeated."""
    shape = np.shape(g)
    if weights_shape == shape:
        return g
    axes = [i % len(shape) for i in (axis if isinstance(axis, tuple) else (axis,))]
    kept = np.sum(g, axis=tuple(i for i in range(len(shape)) if i not in axes))
    return np.transpose(kept, np.argsort(np.argsort(axes)))


def sum_pieces(a: Any, indices: Any, axis: int = 0) -> Any:
    """The sums of the pieces from each index up to the next one, along an axis: `np.add.reduceat`."""
    return np.add.reduceat(a, indices, axis)


def spread_pieces(g: Any, indices: Any, shape: tuple[int, ...], axis: int = 0) -> Any:
    """The adjoint of `sum_pieces`, for an array of this shape: each entry gets what belongs to the pieces that it is in."""
    result = np.zeros(shape, np.result_type(g))
    rows, parts = np.moveaxis(result, axis, 0), np.moveaxis(np.asarray(g), axis, 0)
    ends = [*list(indices)[1:], len(rows)]
    for start, stop, part in zip(indices, ends, parts, strict=True):
        rows[start : max(stop, start + 1)] += part
    return result
