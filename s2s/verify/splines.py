"""What interpolants mean: polynomials, piece by piece, with the coefficients that SciPy computes.

In: an interpolant, or data, and places as objects.  Out: `Symbols`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from s2s.verify.arrays import filled, objects, scalars, symbols
from s2s.verify.lifting import OTHERWISE
from s2s.verify.scalar import Scalar, scalar
from s2s_runtime import kernels
from s2s_runtime.kernels import splines


def pieces_of(spline: Any) -> tuple[Any, Any]:
    """Breakpoints, and coefficients from the highest power down: one column for each piece."""
    if hasattr(spline, "x"):
        return spline.x, spline.c
    t, k = spline._eval_args[::2] if hasattr(spline, "_eval_args") else (spline.t, spline.k)
    breaks = np.unique(t[k : len(t) - k])
    return breaks, np.stack([spline(breaks[:-1], power) / math.factorial(power) for power in range(k, -1, -1)])


def value(breaks: Any, coefficients: Any, x: Scalar, nu: int) -> Any:
    """The polynomial of the piece that x is in, or a derivative of it."""
    k = int(np.clip(np.searchsorted(breaks, float(x.value), "right") - 1, 0, coefficients.shape[1] - 1))
    distance, degree = x - scalar(float(breaks[k])), len(coefficients) - 1
    total: Any = np.full(coefficients.shape[2:], scalar(0), object)
    for power in range(nu, degree + 1):
        factor = int(np.prod([power - j for j in range(nu)]))
        term = coefficients[degree - power, k]
        exact = objects(filled([scalar(float(c)) for c in np.ravel(term)], np.shape(term))) if np.ndim(term) else scalar(float(term))
        total = total + exact * (scalar(factor) * distance ** (power - nu))
    return total


def at_places(function: Callable[[Scalar], Any], places: Any) -> Any:
    """A function of numbers at each place, with the axes of its values behind."""
    found = [function(x) for x in scalars(places)]
    if not np.shape(places):
        return symbols(found[0]) if np.shape(found[0]) else scalar(found[0].item() if isinstance(found[0], np.ndarray) else found[0])
    stacked = np.array([np.asarray(one, object) for one in found], object)
    return symbols(stacked.reshape((*np.shape(places), *stacked.shape[1:])))


def of_spline(spline: Any, x: Any, nu: int = 0) -> Any:
    breaks, coefficients = pieces_of(spline)
    return at_places(lambda place: value(breaks, coefficients, place, nu), x)


def weights(x: Any, kind: str, option: Any, places: Any, nu: int = 0) -> Any:
    floats = np.array([float(scalar(one).value) for one in np.ravel(x)])
    return of_spline(splines._spline(floats, np.eye(len(floats)), kind, option), places, nu)


def through(x: Any, y: Any, kind: str, option: Any, places: Any, nu: int = 0) -> Any:
    return symbols(np.matmul(objects(weights(x, kind, option, places, nu)), objects(y)))


def of_lines(f: Any, x: Any, nu: int = 0) -> Any:
    """Straight lines, or a spline; what it is filled up with, outside."""
    breaks = f.x
    if f._kind == "linear":
        coefficients = np.stack((np.diff(f.y) / np.diff(breaks), f.y[:-1]))
    else:
        breaks, coefficients = pieces_of(f._spline)
    return at_places(lambda place: np.ravel(value(breaks, coefficients, place, nu))[0], x)


def of_grid(f: Any, xi: Any) -> Any:
    """Linear along each coordinate."""
    rows = objects(xi).reshape(-1, len(f.grid))
    found = [in_cell(f, row) for row in rows]
    return symbols(np.array(found, object).reshape(np.shape(xi)[:-1]))


def in_cell(f: Any, row: Any) -> Any:
    total, corners = scalar(0), []
    for grid, x in zip(f.grid, row, strict=True):
        k = int(np.clip(np.searchsorted(grid, float(x.value), "right") - 1, 0, len(grid) - 2))
        share = (x - scalar(float(grid[k]))) / (scalar(float(grid[k + 1])) - scalar(float(grid[k])))
        corners.append(((k, scalar(1) - share), (k + 1, share)))
    for corner in itertools.product(*corners):
        weight = scalar(1)
        for _, share in corner:
            weight = weight * share
        total = total + weight * scalar(float(f.values[tuple(k for k, _ in corner)]))
    return total


def slopes(f: Any, xi: Any) -> Any:
    """What the difference between two faces of a cell is."""
    rows = objects(xi).reshape(-1, len(f.grid))
    found = []
    for row in rows:
        for k, grid in enumerate(f.grid):
            place = int(np.clip(np.searchsorted(grid, float(row[k].value), "right") - 1, 0, len(grid) - 2))
            ends = []
            for edge in (grid[place + 1], grid[place]):
                moved = row.copy()
                moved[k] = scalar(float(edge))
                ends.append(in_cell(f, moved))
            found.append((ends[0] - ends[1]) / (scalar(float(grid[place + 1])) - scalar(float(grid[place]))))
    return symbols(np.array(found, object).reshape(np.shape(xi)))


OTHERWISE.update({
    kernels.spline_value: of_spline, kernels.curve_value: of_spline, kernels.spline_through: through, kernels.spline_weights: weights,
    kernels.interpolated: of_lines, kernels.grid_value: of_grid, kernels.grid_slopes: slopes,
    kernels.expect_within: lambda places, x: places,
})  # fmt: skip
