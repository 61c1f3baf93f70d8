"""What quantiles mean, by every method of NumPy's: a place in a sorted line, and the straight line between the two entries beside it.

In: arrays of objects.  Out: `Symbols`.  The places are those of Hyndman and Fan (1996), and those that NumPy adds to them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from s2s.verify.arrays import filled, objects, scalars
from s2s.verify.elementary import ceil, floor, isnan, rounded
from s2s.verify.lifting import OTHERWISE
from s2s.verify.scalar import Scalar, scalar

THIRD = scalar(1.0 / 3.0)
"""As NumPy has it."""

PLACES: dict[str, Callable[[int, Scalar], Any]] = {
    "inverted_cdf": lambda n, q: ceil(q * n) - 1,
    "averaged_inverted_cdf": lambda n, q: (ceil(q * n) + floor(q * n)) / 2 - scalar(1) / 2,
    "closest_observation": lambda n, q: rounded(q * n) - 1,
    "interpolated_inverted_cdf": lambda n, q: q * n - 1,
    "hazen": lambda n, q: q * n - scalar(1) / 2,
    "weibull": lambda n, q: q * (n + 1) - 1,
    "linear": lambda n, q: q * (n - 1),
    "median_unbiased": lambda n, q: q * (n + THIRD) + THIRD - 1,
    "normal_unbiased": lambda n, q: q * (n + scalar(1) / 4) + scalar(3) / 8 - 1,
    "lower": lambda n, q: floor(q * (n - 1)),
    "higher": lambda n, q: ceil(q * (n - 1)),
    "midpoint": lambda n, q: (floor(q * (n - 1)) + ceil(q * (n - 1))) / 2,
    "nearest": lambda n, q: rounded(q * (n - 1)),
}
"""Where in a sorted line of n entries, counted from 0, a quantile is; before the first and behind the last it is these."""


def quantiles(percents: bool = False, ignoring: bool = False) -> Callable[..., Any]:
    """Of all entries, or of those that are not NaN."""

    def function(
        a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, method: str = "linear", keepdims: bool = False,
        *, weights: Any = None, interpolation: Any = None,
    ) -> Any:  # fmt: skip
        if out is not None or interpolation is not None:
            raise NotImplementedError("an array to write into, or an old name of the method")
        parts = [scalar(x / 100) if percents else scalar(x) for x in np.ravel(objects(q))]  # a machine's whole number is divided as one
        lines, kept = in_lines(objects(a), axis)
        heavy = [None] * len(lines) if weights is None else in_lines(beside(objects(weights), np.shape(a), axis), axis)[0]
        found = [of_line(line, part, method, w, ignoring) for part in parts for line, w in zip(lines, heavy, strict=True)]
        shape = (*np.shape(q), *(kept if keepdims else without(np.shape(a), axis)))
        return filled(found, shape) if shape else found[0]

    return function


def axes_of(rank: int, axis: Any) -> list[int]:
    return list(range(rank)) if axis is None else [k % rank for k in np.atleast_1d(axis)]


def without(shape: tuple[int, ...], axis: Any) -> list[int]:
    return [n for k, n in enumerate(shape) if k not in axes_of(len(shape), axis)]


def in_lines(a: Any, axis: Any) -> tuple[Any, list[int]]:
    """What one quantile is taken of, one after another; and the shape with such axes of length 1."""
    chosen = axes_of(a.ndim, axis)
    rest = [k for k in range(a.ndim) if k not in chosen]
    lines = np.transpose(a, (*rest, *chosen)).reshape(int(np.prod([a.shape[k] for k in rest])), -1)
    return lines, [1 if k in chosen else n for k, n in enumerate(a.shape)]


def beside(weights: Any, shape: tuple[int, ...], axis: Any) -> Any:
    """A weight for each entry; those of one axis are those of every line."""
    if weights.shape != shape:
        weights = weights.reshape([n if k in axes_of(len(shape), axis) else 1 for k, n in enumerate(shape)])
    return np.broadcast_to(weights, shape)


def of_line(line: Any, q: Scalar, method: str, weights: Any, ignoring: bool) -> Any:
    entries = scalars(line)
    order = sorted((k for k, x in enumerate(entries) if not (ignoring and isnan(x))), key=lambda k: entries[k])
    if weights is None:
        return between([entries[k] for k in order], scalar(PLACES[method](len(order), q)))
    if method != "inverted_cdf":
        raise NotImplementedError("weights with another method")
    so_far = np.cumsum([scalar(weights[k]) for k in order])
    return next(entries[k] for k, weight in zip(order, so_far, strict=True) if weight >= q * so_far[-1])


def between(ordered: list[Scalar], place: Scalar) -> Any:
    """The last entry belongs to the line before it."""
    last = len(ordered) - 1
    if place < 0 or place > last:
        return ordered[0 if place < 0 else last]
    below = max(min(int(place), last - 1), 0)
    return ordered[below] + (ordered[min(below + 1, last)] - ordered[below]) * (place - below)


def median(ignoring: bool) -> Callable[..., Any]:
    one = quantiles(ignoring=ignoring)
    return lambda a, axis=None, out=None, overwrite_input=False, keepdims=False: one(a, 0.5, axis, out, keepdims=keepdims)


OTHERWISE.update({
    np.quantile: quantiles(), np.percentile: quantiles(True), np.median: median(False),
    np.nanquantile: quantiles(ignoring=True), np.nanpercentile: quantiles(True, True), np.nanmedian: median(True),
})  # fmt: skip
