"""Sorting, medians and quantiles: line by line, by the order of a vector.

    np.sort(x)   =>   x[stable_order(x)]

In: nothing.  Out: `SORTING`, which `definitions` puts in the place of calls; `ONLY_IF` says of which.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from s2s_runtime import kernels, ordering


def sort(a: Any, axis: Any = -1, kind: Any = None) -> Any:
    if axis is None:
        return np.sort(np.ravel(a))
    if np.ndim(a) == 1:
        return a[ordering.stable_order(a)]
    lines = np.moveaxis(a, axis, -1)
    result = np.empty(np.shape(lines), np.result_type(a))
    for k in range(len(lines)):
        result[k] = np.sort(lines[k])
    return np.moveaxis(result, -1, axis)


def argsort(a: Any, axis: Any = -1, kind: Any = None) -> Any:
    if axis is None:
        return np.argsort(np.ravel(a))
    if np.ndim(a) == 1:
        return ordering.stable_order(a)
    lines = np.moveaxis(a, axis, -1)
    result = np.empty(np.shape(lines), int)
    for k in range(len(lines)):
        result[k] = np.argsort(lines[k])
    return np.moveaxis(result, -1, axis)


def take_along_axis(arr: Any, indices: Any, axis: Any = None) -> Any:
    """Of all entries in a row."""
    return np.ravel(arr)[indices]


# ------------------------------------------------------------------------------------------------------------ quantiles
def median(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Half of the two entries in the middle; NaN if one entry is."""
    lines = np.sort(np.ravel(a)) if axis is None else np.moveaxis(np.sort(a, axis=axis), axis, 0)
    count = len(lines)
    middle = lines[count // 2] if count % 2 == 1 else (lines[count // 2 - 1] + lines[count // 2]) / 2
    return kept_axes(np.where(np.isnan(lines[-1]), lines[-1], middle), np.ndim(a), axis, keepdims)


def quantile(a: Any, q: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Between the two entries next to a place, from the nearer one; NaN if one entry is."""
    lines = np.sort(np.ravel(a)) if axis is None else np.moveaxis(np.sort(a, axis=axis), axis, 0)
    below, part = next_to(q, len(lines))
    low, high = lines[below], lines[min(below + 1, len(lines) - 1)]
    between = low + (high - low) * part if part < 0.5 else high - (high - low) * (1.0 - part)
    return kept_axes(np.where(np.isnan(lines[-1]), lines[-1], between), np.ndim(a), axis, keepdims)


def percentile(a: Any, q: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return np.quantile(a, q / 100, axis=axis, keepdims=keepdims)


def next_to(q: Any, count: int) -> Any:
    """The place of the entry below a quantile, and how far it is from there to the next one."""
    place = q * (count - 1)
    below = min(int(place), max(count - 2, 0))
    return below, place - below


def kept_axes(found: Any, rank: int, axis: Any, keepdims: bool) -> Any:
    """With axes of length 1 for those that are gone."""
    if not keepdims:
        return found
    return np.broadcast_to(found, (1,) * rank) if axis is None else np.expand_dims(found, axis)


def quantile_weights(a: Any, q: Any, axis: Any) -> Any:
    """As the runtime's, for one quantile."""
    if axis is None:
        return np.reshape(kernels.quantile_weights(np.ravel(a), q, -1), np.shape(a))
    if np.ndim(a) == 1:
        below, part = next_to(q, len(a))
        order = ordering.stable_order(a)
        result = np.zeros(len(a), np.result_type(a, 0.0))
        result[order[below]] = 1.0 - part
        if part > 0.0:
            result[order[below + 1]] = part
        return result
    lines = np.moveaxis(a, axis, -1)
    result = np.empty(np.shape(lines), np.result_type(a, 0.0))
    for k in range(len(lines)):
        result[k] = kernels.quantile_weights(lines[k], q, -1)
    return np.moveaxis(result, -1, axis)


SORTING: dict[Any, Callable[..., Any]] = {
    np.sort: sort, np.argsort: argsort, np.take_along_axis: take_along_axis, np.median: median, np.quantile: quantile,
    np.percentile: percentile, kernels.quantile_weights: quantile_weights,
}  # fmt: skip


def is_by_axis(rank: int, axis: Any = -1, kind: Any = None) -> bool:
    return rank > 0 and (axis is None or isinstance(axis, int))


def is_by_one_axis(rank: int, axis: Any = None, keepdims: Any = False) -> bool:
    return rank > 0 and (axis is None or isinstance(axis, int))


def is_of_one(rank: int, q: Any, axis: Any = None, keepdims: Any = False) -> bool:
    return is_by_one_axis(rank, axis) and isinstance(q, (float, int)) and 0 <= q <= 1


def is_of_one_percent(rank: int, q: Any, axis: Any = None, keepdims: Any = False) -> bool:
    return isinstance(q, (float, int)) and is_of_one(rank, q / 100, axis)


ONLY_IF: dict[Any, Callable[..., bool]] = {
    np.sort: is_by_axis, np.argsort: is_by_axis, np.take_along_axis: lambda rank, indices, axis=None: axis is None,
    np.median: is_by_one_axis, np.quantile: is_of_one, np.percentile: is_of_one_percent, kernels.quantile_weights: is_of_one,
}  # fmt: skip
"""Which calls are covered, by the number of axes of the first argument and the values of the others."""
