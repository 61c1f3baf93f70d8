"""Splines on a grid at places between its points, as `scipy.ndimage.map_coordinates` has them.

In: an array, coordinates along its axes, a mode beyond the edges.  Out: values, slopes, what an array gets back.  The spline of order p
that goes through an array is the sum of its coefficients, each times the B-spline at the distance to its point along each axis; the
coefficients are the array itself where p is less than 2.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

PAD = 12
"""How far SciPy extends an array before it looks for the coefficients, where the spline goes on beyond the edges."""
SMALL = 64
"""Up to this length an adjoint is that of the matrix of SciPy's filter: what it leaves out at an edge is not small there."""
BEYOND = {"constant": "mirror", "wrap": "mirror", "grid-mirror": "reflect"}
"""How the coefficients go on beyond an edge, where that is not how the array does."""


# ------------------------------------------------------------------------------------------------------ coefficients
def spline_coefficients(x: Any, order: Any, mode: Any, cval: float = 0.0, prefilter: bool = True) -> Any:
    """The coefficients that `map_coordinates` computes of an array."""
    from scipy import ndimage

    if order < 2 or not prefilter:
        return np.array(x)
    padded = _padded(x, mode, cval)
    for axis in range(np.ndim(padded)):
        padded = _along(padded, axis, lambda rows: ndimage.spline_filter1d(rows, order, axis=0, mode=mode), order, mode)
    return padded


def spline_coefficients_adjoint(g: Any, x: Any, order: Any, mode: Any, prefilter: bool = True) -> Any:
    """The adjoint of the same in x, of which only the shape is read."""
    if order < 2 or not prefilter:
        return np.array(g)
    for axis in range(np.ndim(g)):
        g = _along(g, axis, None, order, mode)
    if mode == "nearest":
        for axis, length in enumerate(np.shape(x)):
            g = _folded(g, axis, length)
    return g[tuple(slice(PAD, PAD + n) for n in np.shape(x))].copy() if mode == "grid-constant" else g


def _padded(x: Any, mode: str, cval: float) -> Any:
    if mode == "nearest":
        return np.pad(x, PAD, mode="edge")
    return np.pad(x, PAD, mode="constant", constant_values=cval) if mode == "grid-constant" else x


def _folded(g: Any, axis: int, length: int) -> Any:
    """What stands behind the edges added to the edges."""
    rows = np.moveaxis(g, axis, 0)
    kept = rows[PAD : PAD + length].copy()
    kept[0] += np.sum(rows[:PAD], axis=0)
    kept[-1] += np.sum(rows[PAD + length :], axis=0)
    return np.moveaxis(kept, 0, axis)


def _along(x: Any, axis: int, forwards: Any, order: Any, mode: Any) -> Any:
    """SciPy's filter along an axis, or its adjoint."""
    from scipy import ndimage

    rows, length = np.moveaxis(x, axis, 0), np.shape(x)[axis]
    if length == 1:
        return x
    if length <= SMALL:
        matrix = ndimage.spline_filter1d(np.eye(length), order, axis=0, mode=mode)
        found = np.tensordot(matrix if forwards else np.transpose(matrix), rows, 1)
    elif forwards:
        found = forwards(rows)
    else:  # symmetric, but that the spline that is mirrored at the last point has it once, and all others twice
        ends = np.ones((length, *[1] * (np.ndim(rows) - 1)))
        ends[[0, -1]] = 1.0 if mode in ("reflect", "nearest", "grid-mirror", "grid-wrap") else 0.5
        found = ends * ndimage.spline_filter1d(rows / ends, order, axis=0, mode=mode)
    return np.moveaxis(found, 0, axis)


# ------------------------------------------------------------------------------------------------------------- places
def sampled(c: Any, coordinates: Any, order: Any, mode: Any, cval: float = 0.0, prefilter: bool = True, slopes: int = 0) -> Any:
    """The spline with coefficients c at coordinates (one row for each axis); `slopes` derivatives of it by them, each a leading axis."""
    rank, places = np.shape(coordinates)[0], np.shape(coordinates)[1:]
    taps = [_taps(coordinates[k], np.shape(c)[k], order, mode, prefilter, slopes) for k in range(rank)]
    outside = np.any([tap[2] for tap in taps], axis=0)
    found = np.zeros((rank,) * slopes + places, np.result_type(c, coordinates))
    for which in itertools.product(range(rank), repeat=slopes):
        total = found[which]
        for steps in itertools.product(range(order + 1), repeat=rank):
            weight, index, within = _corner(taps, which, steps)
            total = total + weight * np.where(within, c[index], cval if mode == "grid-constant" else 0.0)
        found[which] = np.where(outside, 0.0 if slopes else cval, total)
    return found


def sampled_adjoint(g: Any, coordinates: Any, c: Any, order: Any, mode: Any, prefilter: bool = True, slopes: int = 0) -> Any:
    """The adjoint of the same in c, of which only the shape is read."""
    rank = np.shape(coordinates)[0]
    taps = [_taps(coordinates[k], np.shape(c)[k], order, mode, prefilter, slopes) for k in range(rank)]
    outside = np.any([tap[2] for tap in taps], axis=0)
    found = np.zeros(np.shape(c), np.result_type(g, coordinates))
    for which in itertools.product(range(rank), repeat=slopes):
        for steps in itertools.product(range(order + 1), repeat=rank):
            weight, index, within = _corner(taps, which, steps)
            np.add.at(found, index, np.where(within & ~outside, weight * g[which], 0.0))
    return found


def _corner(taps: list[Any], which: tuple[int, ...], steps: tuple[int, ...]) -> tuple[Any, Any, Any]:
    """The weight and the place of one of the points around each coordinate, and whether it is one of the array's."""
    weight, within = 1.0, True
    for axis, (tap, step) in enumerate(zip(taps, steps, strict=True)):
        weight = weight * tap[0][which.count(axis)][step]
        within = within & tap[3][step]
    return weight, tuple(tap[1][step] for tap, step in zip(taps, steps, strict=True)), within


def _taps(x: Any, length: int, order: Any, mode: Any, prefilter: bool, slopes: int) -> tuple[Any, Any, Any, Any]:
    """Along an axis: weights by the number of derivatives, places in the array, whether a coordinate is outside, and a point within."""
    if prefilter and order > 1 and mode in ("nearest", "grid-constant"):
        x = x + PAD
    x, turned, outside = _mapped(x, length, mode)
    half = 0.5 if order % 2 == 0 else 0.0
    first = np.floor(x + half)
    weights = [[turned**n * one for one in _weights(x + half - first, order, n)] for n in range(slopes + 1)]
    points = [first.astype(int) - order // 2 + k for k in range(order + 1)]
    within = [np.ones(np.shape(x), bool) if mode != "grid-constant" else (p >= 0) & (p < length) for p in points]
    return weights, [_point(p, length, BEYOND.get(mode, mode)) for p in points], outside, within


def _weights(t: Any, order: int, slopes: int) -> list[Any]:
    """The derivatives of the B-splines that are not 0 at t, from 0 to 1 between two knots (de Boor's recurrence)."""
    if slopes > order:
        return [0.0 * t] * (order + 1)
    found = [0.0 * t + 1.0]
    for degree in range(1, order - slopes + 1):
        parts = [one / degree for one in found]
        down = [part * (k + 1 - t) for k, part in enumerate(parts)]
        up = [part * (t + degree - 1 - k) for k, part in enumerate(parts)]
        found = [down[0], *(a + b for a, b in zip(down[1:], up[:-1], strict=True)), up[-1]]
    for _ in range(slopes):
        found = [-found[0], *(a - b for a, b in itertools.pairwise(found)), found[-1]]
    return found


def _mapped(x: Any, length: int, mode: str) -> tuple[Any, Any, Any]:
    """Where a coordinate lies within the array, with which sign it moves there, and whether it is outside."""
    none = np.zeros(np.shape(x), bool)
    below, above = x < 0, x > length - 1
    if mode == "constant":
        return np.where(below | above, 0.0, x), 1.0, below | above
    if mode in ("nearest", "grid-constant"):
        return x, 1.0, none
    if mode == "grid-wrap":
        return x - length * np.floor(x / length), 1.0, none
    if length == 1:
        return 0.0 * x, 0.0, none
    if mode == "wrap":
        rounds = np.where(below, -np.floor(-x / (length - 1)) - 1.0, np.floor(x / (length - 1)))
        return np.where(below | above, x - (length - 1) * rounds, x), 1.0, none
    edge = 0.0 if mode == "mirror" else 0.5
    half = length - 1 + 2.0 * edge
    from_edge = x + edge - 2.0 * half * np.floor((x + edge) / (2.0 * half))
    turned = from_edge > half
    return np.where(turned, 2.0 * half - from_edge, from_edge) - edge, np.where(turned, -1.0, 1.0), none


def _point(p: Any, length: int, mode: str) -> Any:
    """The point of the array that stands for one beyond its edges."""
    if mode == "grid-wrap":
        return p % length
    if mode in ("nearest", "grid-constant"):
        return np.clip(p, 0, length - 1)
    if length == 1:
        return 0 * p
    if mode == "mirror":
        p = p % (2 * length - 2)
        return np.where(p < length, p, 2 * length - 2 - p)
    p = p % (2 * length)
    return np.where(p < length, p, 2 * length - 1 - p)


def axes_behind_first(count: int) -> tuple[int, ...]:
    """So many axes, from the second one on."""
    return tuple(range(1, count + 1))
