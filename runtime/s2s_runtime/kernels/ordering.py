"""Kernels for functions that read the order of entries: quantiles, running extremes.

In: arrays and an axis.  Out: weights, positions, the extremes so far.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def quantile_weights(a: Any, q: Any, axis: Any, method: Any = "linear", weights: Any = None, ignoring: bool = False) -> Any:
    """How much each entry counts in a quantile: 0 but for one or two of each line along an axis, or several, or all.

    The axes of `q` come first.  Of equal entries, the first comes first.  `weights` are those of `np.quantile`; if `ignoring`,
    what is NaN does not count.
    """
    a = np.asarray(a)
    axes = tuple(range(a.ndim)) if axis is None else tuple(k % a.ndim for k in (axis if isinstance(axis, tuple) else (axis,)))
    lines = _lines(a, axes)
    order = np.argsort(lines, axis=-1, kind="stable")
    ranks = np.argsort(order, axis=-1, kind="stable")
    heavy = None if weights is None else np.take_along_axis(_lines(_beside(weights, a, axes), axes), order, -1)
    places = _places(lines, np.asarray(q, float), method, heavy, ignoring)
    below = np.floor(places)
    part = places - below
    counted = np.where(ranks == below, 1.0 - part, np.where(ranks == below + 1, part, 0.0)).astype(np.result_type(a, np.float16))
    rest = [k for k in range(a.ndim) if k not in axes]
    whole = counted.reshape(*np.shape(q), *[a.shape[k] for k in (*rest, *axes)])
    front = np.ndim(q)
    return np.moveaxis(whole, range(front, whole.ndim), [front + k for k in (*rest, *axes)])


def _lines(a: Any, axes: tuple[int, ...]) -> Any:
    """An array with the axes that are gone over as one, the last."""
    rest = [k for k in range(a.ndim) if k not in axes]
    return np.transpose(a, (*rest, *axes)).reshape(*[a.shape[k] for k in rest], -1)


def _beside(weights: Any, a: Any, axes: tuple[int, ...]) -> Any:
    """Weights of an array, or of its lines along one axis, in the shape of the array."""
    weights = np.asarray(weights)
    if weights.shape != a.shape:
        weights = weights.reshape([a.shape[k] if k in axes else 1 for k in range(a.ndim)])
    return np.broadcast_to(weights, a.shape)


def _places(lines: Any, q: Any, method: Any, weights: Any, ignoring: bool) -> Any:
    """Where in each sorted line a quantile is: between two places where it is between two entries.

    It is what `np.quantile` gives for 0, 1, 2, ...: so its own definition of each method decides.
    """
    counts = np.sum(~np.isnan(lines), axis=-1) if ignoring else np.full(lines.shape[:-1], lines.shape[-1])
    result = np.full((*q.shape, *counts.shape, 1), -1.0)
    for place in np.ndindex(counts.shape) if weights is not None else ():
        count = counts[place]
        if count:
            result[..., *place, 0] = np.quantile(np.arange(float(count)), q, method=method, weights=weights[place][:count])
    for count in np.unique(counts) if weights is None else ():
        if count:
            found = np.quantile(np.arange(float(count)), q, method=method)
            result[..., counts == count, 0] = np.expand_dims(found, -1)
    return result


def running_max(x: Any, axis: int) -> Any:
    """The largest entry so far, along an axis: `np.maximum.accumulate`."""
    return np.maximum.accumulate(x, axis)


def running_min(x: Any, axis: int) -> Any:
    """The smallest entry so far, along an axis: `np.minimum.accumulate`."""
    return np.minimum.accumulate(x, axis)


def record_positions(x: Any, extremes: Any, axis: int) -> Any:
    """Where along the axis the last record so far was set."""
    count = np.shape(x)[axis]
    places = np.expand_dims(np.arange(count), tuple(range(1, np.ndim(x) - axis % np.ndim(x))))
    return np.maximum.accumulate(np.where(x == extremes, places, 0), axis)
