"""Derivative rules: splines and other interpolants.  Imported only when a program uses `scipy.interpolate`.

In: the kernels for interpolation.  Out: their rules in `RULES`; the splines that a program makes, in the language of programs.  At a
knot the slope is that of SciPy's own derivative; a spline through data is linear in the data.
"""

from __future__ import annotations

import numpy as np
from scipy import interpolate

from s2s.rules.cases import A, case
from s2s.rules.declare import constant, custom, elementwise, linear
from s2s.rules.when import ranks
from s2s_runtime.kernels import (
    axes_beyond,
    curve_value,
    expect_within,
    grid_slopes,
    grid_value,
    interpolated,
    spline_through,
    spline_value,
    spline_weights,
)

X = np.array([-2.0, -1.1, 0.3, 1.2, 2.5])
Y = np.array([0.3, -1.0, 0.4, 1.5, 0.2])
SPLINES = [
    interpolate.CubicSpline(X, Y),
    interpolate.PchipInterpolator(X, Y),
    interpolate.make_interp_spline(X, Y),
    interpolate.InterpolatedUnivariateSpline(X, Y),
]
CURVE = interpolate.CubicSpline(X, np.stack((Y, Y**2), 1))
BETWEEN = A(3, domain="unit")

constant(axes_beyond, reason="places")


# ----------------------------------------------------------------------------------------------------------- given splines
@elementwise(
    spline_value,
    wrt=("x",),
    real_only=True,
    cases=[*(case(spline, BETWEEN) for spline in SPLINES), case(SPLINES[0], A(2, 2, domain="unit"), 1)],
)
def spline_value_partial(spline, x, nu=0):
    return spline_value(spline, x, nu + 1)


def curve_value_jvp(x_dot, spline, x, nu=0):
    """The axes of x are the first ones."""
    return np.transpose(np.transpose(curve_value(spline, x, nu + 1)) * np.transpose(x_dot))


@custom(
    curve_value,
    jvp=curve_value_jvp,
    wrt=("x",),
    real_only=True,
    cases=[case(CURVE, BETWEEN), case(CURVE, A(2, 2, domain="unit"), 1), case(CURVE, A(domain="unit"))],
)
def curve_value_adjoint(g, spline, x, nu=0):
    return np.sum(g * curve_value(spline, x, nu + 1), axis=axes_beyond(x, g))


# ---------------------------------------------------------------------------------------------------- splines through data
def spline_through_jvp(y_dot, places_dot, x, y, kind, option, places, nu=0):
    slope = spline_through(x, y, kind, option, places, nu + 1)
    return spline_through(x, y_dot, kind, option, places, nu), slope * places_dot


THROUGH = [
    case(X, A(5), "CubicSpline", "not-a-knot", BETWEEN),
    case(X, A(5), "CubicSpline", "natural", A(2, 2, domain="unit")),
    case(X, A(5), "CubicSpline", "clamped", A(domain="unit"), 1),
    case(X, A(5), "make_interp_spline", 3, BETWEEN),
    case(X, A(5), "make_interp_spline", 2, BETWEEN),
]


@custom(
    spline_through,
    jvp=spline_through_jvp,
    wrt=("y", "places"),
    real_only=True,
    when=lambda x, y, *rest: ranks(1, 1)(x, y),
    cases=THROUGH,
)
def spline_through_adjoint(g, x, y, kind, option, places, nu=0):
    weights = np.reshape(spline_weights(x, kind, option, places, nu), (-1, np.shape(y)[0]))
    return np.reshape(g, (-1,)) @ weights, g * spline_through(x, y, kind, option, places, nu + 1)


def spline_weights_jvp(places_dot, x, kind, option, places, nu=0):
    return np.expand_dims(places_dot, -1) * spline_weights(x, kind, option, places, nu + 1)


@custom(
    spline_weights,
    jvp=spline_weights_jvp,
    wrt=("places",),
    real_only=True,
    cases=[case(X, "CubicSpline", "natural", BETWEEN), case(X, "make_interp_spline", 3, A(2, 2, domain="unit"), 1)],
)
def spline_weights_adjoint(g, x, kind, option, places, nu=0):
    return np.sum(g * spline_weights(x, kind, option, places, nu + 1), axis=-1)


class SplineThrough:
    """`CubicSpline(x, y)` or `make_interp_spline(x, y)`."""

    def __init__(self, x, y, kind, option):
        self.x, self.y, self.kind, self.option = x, y, kind, option

    def __call__(self, x, nu=0):
        return spline_through(self.x, self.y, self.kind, self.option, np.asarray(x), nu)


# -------------------------------------------------------------------------------------------------------------- interp1d
LINEAR = interpolate.interp1d(X, Y)
FILLED = interpolate.interp1d(X, Y, bounds_error=False, fill_value=(0.5, 0.7))


@elementwise(
    interpolated,
    wrt=("x",),
    real_only=True,
    cases=[
        case(LINEAR, BETWEEN),
        case(interpolate.interp1d(X, Y, fill_value="extrapolate"), A(2, 2, domain="above one")),
        case(interpolate.interp1d(X, Y, kind="cubic"), BETWEEN),
        case(FILLED, BETWEEN),
    ],
)
def interpolated_partial(f, x, nu=0):
    return interpolated(f, x, nu + 1)


@linear(expect_within, real_only=True, cases=[case(A(3, domain="unit"), X)])
def expect_within_adjoint(g, places, x):
    return g


class Interpolated:
    """`interp1d(x, y)`: straight lines, and an error outside of the data, or (`extrapolates`) the outermost lines."""

    def __init__(self, x, y, extrapolates):
        order = np.argsort(x, kind="stable")
        self.x, self.y, self.extrapolates = x[order], y[order], extrapolates

    def __call__(self, x):
        places = np.asarray(x)
        if not self.extrapolates:
            return np.interp(expect_within(places, self.x), self.x, self.y)
        high = np.clip(np.searchsorted(self.x, places), 1, len(self.x) - 1)
        slope = (self.y[high] - self.y[high - 1]) / (self.x[high] - self.x[high - 1])
        return slope * (places - self.x[high - 1]) + self.y[high - 1]


# ----------------------------------------------------------------------------------------------------------------- grids
GRID = interpolate.RegularGridInterpolator((X, X[:3]), np.outer(Y, Y[1:4]) + Y[:3])


def grid_value_jvp(xi_dot, f, xi):
    return np.sum(grid_slopes(f, xi) * xi_dot, axis=-1)


@custom(
    grid_value,
    jvp=grid_value_jvp,
    wrt=("xi",),
    real_only=True,
    cases=[case(GRID, A(3, 2, domain="small")), case(GRID, A(2, 2, 2, domain="small"))],
)
def grid_value_adjoint(g, f, xi):
    """The slopes are those within a cell, and have no rule themselves: they change with the other coordinates."""
    return np.expand_dims(g, -1) * grid_slopes(f, xi)
