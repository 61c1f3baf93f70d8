"""Kernels for functions that read the order of entries: quantiles, running extremes.

In: arrays and an axis.  Out: weights, positions, the extremes so far.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def quantile_weights(a: Any, q: Any, axis: Any) -> Any:
    """How much each entry counts in a quantile by linear interpolation: 0 but for one or two of each line along an axis.

    The axes of `q` come first.  Of equal entries, the first comes first.
    """
    a = np.asarray(a)
    lines = a.reshape(-1) if axis is None else np.moveaxis(a, axis, -1)
    count = lines.shape[-1]
    ranks = np.argsort(np.argsort(lines, axis=-1, kind="stable"), axis=-1, kind="stable")
    place = np.asarray(q, float)[(..., *[None] * lines.ndim)] * (count - 1)
    below = np.minimum(np.floor(place), max(count - 2, 0))
    part = place - below
    weights = np.where(ranks == below, 1.0 - part, np.where(ranks == below + 1, part, 0.0))
    weights = weights.astype(np.result_type(a, np.float16))
    if axis is None:
        return weights.reshape(np.shape(q) + a.shape)
    return np.moveaxis(weights, -1, axis if axis < 0 else axis + np.ndim(q))


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
