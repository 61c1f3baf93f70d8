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
    a, q = np.asarray(a), np.asarray(q, float)
    ranks, places, _ = _ranked(a, q, axis, method, weights, ignoring)
    below = np.floor(places)
    part = places - below
    return _as_array(np.where(ranks == below, 1.0 - part, np.where(ranks == below + 1, part, 0.0)), a, q, axis)


def quantile_steps(a: Any, q: Any, axis: Any, method: Any = "linear", weights: Any = None, ignoring: bool = False) -> Any:
    """How fast these weights change with q: of the two entries that a quantile lies between; at an entry, of it and the next.

    A method that takes entries as they are has steps, and no slope; nor has one beyond the first and the last entry.
    """
    a, q = np.asarray(a), np.asarray(q, float)
    ranks, places, counts = _ranked(a, q, axis, method, weights, ignoring)
    last = np.expand_dims(counts - 1.0, -1)
    beyond = _beyond(method) if weights is None else None
    pace = 0.0 * last if beyond is None else np.expand_dims(counts + beyond, -1)
    moves = (places > 0) & (places < last) if method != "linear" else last > 0
    below = np.minimum(np.floor(places), last - 1)
    found = np.where(ranks == below, -1.0, np.where(ranks == below + 1, 1.0, 0.0))
    return _as_array(found * np.where(moves, pace, 0.0), a, q, axis)


def _beyond(method: Any) -> float | None:
    """How many places a quantile passes from 0 to 1, beyond the number of entries (Hyndman and Fan 1996, of definitions 4 to 9)."""
    return {
        "linear": -1.0, "interpolated_inverted_cdf": 0.0, "hazen": 0.0, "weibull": 1.0, "median_unbiased": 1.0 / 3.0,
        "normal_unbiased": 0.25,
    }.get(method)  # fmt: skip


def _ranked(a: Any, q: Any, axis: Any, method: Any, weights: Any, ignoring: bool) -> tuple[Any, Any, Any]:
    """The rank of each entry in its line, where each quantile is, and how many entries count."""
    axes = _axes(a, axis)
    lines = _lines(a, axes)
    order = np.argsort(lines, axis=-1, kind="stable")
    ranks = np.argsort(order, axis=-1, kind="stable")
    heavy = None if weights is None else np.take_along_axis(_lines(_beside(weights, a, axes), axes), order, -1)
    counts = np.sum(~np.isnan(lines), axis=-1) if ignoring else np.full(lines.shape[:-1], lines.shape[-1])
    return ranks, _places(counts, q, method, heavy), counts


def _axes(a: Any, axis: Any) -> tuple[int, ...]:
    return tuple(range(a.ndim)) if axis is None else tuple(k % a.ndim for k in (axis if isinstance(axis, tuple) else (axis,)))


def _as_array(counted: Any, a: Any, q: Any, axis: Any) -> Any:
    """What belongs to entries of lines, as an array with the axes of `a` behind those of `q`."""
    axes, front = _axes(a, axis), np.ndim(q)
    rest = [k for k in range(a.ndim) if k not in axes]
    whole = counted.astype(np.result_type(a, np.float16)).reshape(*np.shape(q), *[a.shape[k] for k in (*rest, *axes)])
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


def _places(counts: Any, q: Any, method: Any, weights: Any) -> Any:
    """Where in each sorted line a quantile is: between two places where it is between two entries.

    It is what `np.quantile` gives for 0, 1, 2, ...: so its own definition of each method decides.
    """
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
