"""Kernels for interpolation: SciPy's own interpolants, and their slopes.

In: an interpolant of `scipy.interpolate`, which is constant, or data and the name of one; places; which derivative.  Out: arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def spline_value(spline: Any, x: Any, nu: int = 0) -> Any:
    """`spline(x, nu)`, of a spline of numbers."""
    return spline(x, nu)


def curve_value(spline: Any, x: Any, nu: int = 0) -> Any:
    """`spline(x, nu)`, of a spline of arrays: with the axes of these behind those of x."""
    return spline(x, nu)


def axes_beyond(x: Any, like: Any) -> tuple[int, ...]:
    """The axes that an array has behind those of x.

    >>> axes_beyond(0.0, np.ones((2, 3)))
    (0, 1)
    """
    return tuple(range(np.ndim(x), np.ndim(like)))


def spline_through(x: Any, y: Any, kind: str, option: Any, places: Any, nu: int = 0) -> Any:
    """The values of a spline through data, or of its derivative.

    >>> spline_through(np.arange(4.0), np.arange(4.0) ** 2, "CubicSpline", "not-a-knot", 2.5, 1)
    array(5.)
    """
    return _spline(x, y, kind, option)(places, nu)


def spline_weights(x: Any, kind: str, option: Any, places: Any, nu: int = 0) -> Any:
    """By how much each entry of the data counts at each place: with an axis for the entries behind those of the places."""
    return _spline(x, np.eye(len(x)), kind, option)(places, nu)


def _spline(x: Any, y: Any, kind: str, option: Any) -> Any:
    from scipy import interpolate

    if kind == "CubicSpline":
        return interpolate.CubicSpline(x, y, bc_type=option)
    return interpolate.make_interp_spline(x, y, k=option)


def interpolated(f: Any, x: Any, nu: int = 0) -> Any:
    """`f(x)` of an `interp1d`; its slope and further derivatives, which are 0 where it is filled up, or constant between steps."""
    if nu == 0:
        return f(x)
    places = np.asarray(x, float)
    if f._kind == "linear":
        high = np.clip(np.searchsorted(f.x, places), 1, len(f.x) - 1)
        found = (f.y[high] - f.y[high - 1]) / (f.x[high] - f.x[high - 1]) if nu == 1 else np.zeros(np.shape(places))
    elif f._kind == "spline":
        found = np.reshape(f._spline(places, nu), np.shape(places))
    else:
        raise ValueError(f"interp1d(kind={f._kind!r}) has no derivative rule: use kind='linear', 'quadratic' or 'cubic'")
    outside = (places < f.x[0]) | (places > f.x[-1])
    return np.where(outside & (not f._extrapolate), 0.0, found)[()]


def expect_within(places: Any, x: Any) -> Any:
    """The places; an error if one is outside of the data, as `interp1d` raises it."""
    if np.any(np.asarray(places) < x[0]) or np.any(np.asarray(places) > x[-1]):
        raise ValueError("A value in x_new is outside of the interpolation range.")
    return places


def grid_value(f: Any, xi: Any) -> Any:
    """`f(xi)` of a `RegularGridInterpolator`: the last axis of xi holds the coordinates of each place."""
    return f(xi)


def grid_slopes(f: Any, xi: Any) -> Any:
    """The slopes of a linear interpolant along each coordinate: from one face of a cell to the other.  0 outside of the grid if it is
    filled up there."""
    if f.method != "linear":
        raise ValueError(f"RegularGridInterpolator(method={f.method!r}) has no derivative rule: use method='linear'")
    result = np.zeros(np.shape(xi))
    for k, grid in enumerate(f.grid):
        place = xi[..., k]
        high = np.clip(np.searchsorted(grid, place, "right"), 1, len(grid) - 1)
        ends = []
        for edge in (grid[high], grid[high - 1]):
            moved = np.array(xi, float)
            moved[..., k] = edge
            ends.append(f(moved))
        result[..., k] = (ends[0] - ends[1]) / (grid[high] - grid[high - 1])
    outside = np.any([(xi[..., k] < grid[0]) | (xi[..., k] > grid[-1]) for k, grid in enumerate(f.grid)], axis=0)
    filled = not f.bounds_error and f.fill_value is not None
    return np.where(np.expand_dims(outside & filled, -1), 0.0, result)
