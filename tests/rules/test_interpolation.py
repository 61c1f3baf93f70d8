"""Interpolants as users write them: given ones, and those made of data that carries a derivative."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from scipy import interpolate
from scipy.interpolate import CubicSpline, RegularGridInterpolator, interp1d, make_interp_spline

from s2s import grad, hessian, vjp
from s2s.errors import MissingRule, UnsupportedConstruct
from s2s.testing import check_grads

T = np.array([-2.0, -1.1, 0.3, 1.2, 2.5])
DATA = np.array([0.3, -1.0, 0.4, 1.5, 0.2])
SPLINE = CubicSpline(T, DATA)
SLOPE = SPLINE.derivative()
OTHERS = [interpolate.PchipInterpolator(T, DATA), make_interp_spline(T, DATA), interpolate.UnivariateSpline(T, DATA, s=0.1)]
CURVE = CubicSpline(T, np.stack((DATA, DATA**2), 1))
LINES, CUBES = interp1d(T, DATA), interp1d(T, DATA, kind="cubic")
FILLED, LONGER = interp1d(T, DATA, bounds_error=False, fill_value=0.7), interp1d(T, DATA, fill_value="extrapolate")
TABLE = np.outer(DATA, DATA[1:4]) + DATA[:3]
GRID = RegularGridInterpolator((T, T[:3]), TABLE)
WIDE = RegularGridInterpolator((T, T[:3]), TABLE, bounds_error=False, fill_value=None)
ZERO_OUTSIDE = RegularGridInterpolator((T, T[:3]), TABLE, bounds_error=False, fill_value=0.0)
VALUES = {"x": np.array([0.31, -0.2, 0.5]), "y": DATA, "t": 0.2, "P": np.array([[0.2, -1.5], [0.5, -0.3], [2.0, 0.1]])}


def spline(x):
    return SPLINE(x) * 2.0


def at_a_number(t):
    return SPLINE(t) ** 2


def slopes(x):
    return SPLINE(x, 1) + SLOPE(x)


def others(x):
    return OTHERS[0](x) + OTHERS[1](x) + OTHERS[2](x)


def curve(x):
    return CURVE(x)


def curve_at_a_number(t):
    return np.sum(CURVE(t) ** 2)


def of_a_list(x):
    return SPLINE([x[0], 0.3])


def lines(x):
    return LINES(x) + CUBES(x)


def outside_of_the_data(x):
    return FILLED(11.0 * x) + LONGER(11.0 * x)


def through_data(y):
    return CubicSpline(T, y)(VALUES["x"])


def at_rest_at_the_ends(y, x):
    return CubicSpline(T, y, bc_type="natural")(x) + CubicSpline(T, y, bc_type="clamped")(x, 1)


def of_other_degrees(y, x):
    return make_interp_spline(T, y)(x) + make_interp_spline(T, y, k=2)(x)


def in_a_loop(y, x):
    f, total = CubicSpline(T, y), 0.0
    for k in range(3):
        total = total + f(x[k]) ** 2
    return total


def lines_through_data(y, x):
    return interp1d(T, y)(x)


def lines_in_any_order(y, x):
    return interp1d(-T, y)(x) + interp1d(T, y, fill_value="extrapolate")(20.0 * x)


PROGRAMS = [found for name, found in list(globals().items()) if inspect.isfunction(found) and found.__module__ == __name__]


def on_a_grid(P):
    return GRID(P)


def on_a_grid_by_coordinates(x):
    return GRID((x - 0.7, x - 1.3))


def beyond_a_grid(P):
    return WIDE(4.7 * P) + ZERO_OUTSIDE(4.7 * P)


ON_GRIDS = [on_a_grid, on_a_grid_by_coordinates, beyond_a_grid]
every_program = pytest.mark.parametrize("program", PROGRAMS + ON_GRIDS, ids=lambda program: program.__name__)


def arguments(program):
    return tuple(VALUES[name] for name in inspect.signature(program).parameters)


@every_program
def test_values_are_those_of_scipy(program):
    value, wanted = vjp(program, *arguments(program))[0], program(*arguments(program))
    assert np.asarray(value).dtype == np.asarray(wanted).dtype
    np.testing.assert_array_equal(value, wanted)


@every_program
def test_derivatives(program):
    check_grads(program, arguments(program), order=1 if program in ON_GRIDS else 2, directions=1)


def test_slopes_of_a_spline_are_its_own():
    x = VALUES["x"]
    np.testing.assert_array_equal(grad(lambda x: np.sum(SPLINE(x)))(x), SPLINE(x, 1))


def test_another_one_is_another_program():
    """A curve in the place of a spline, and lines in the place of a curve."""

    def length(x, f):
        return np.sum(f(x) ** 2)

    x = VALUES["x"]
    for f in (SPLINE, CURVE, OTHERS[0], SPLINE):
        slope = 2.0 * f(x) * f(x, 1)
        np.testing.assert_allclose(grad(length)(x, f), slope if slope.ndim == 1 else slope.sum(axis=1), rtol=1e-12)


def test_the_mixed_slopes_of_a_grid_are_refused():
    """A linear interpolant of two coordinates is bilinear: its second derivative is not 0."""
    with pytest.raises(MissingRule):
        hessian(lambda p: GRID(p)[0])(np.array([0.2, -1.5]))


@pytest.mark.parametrize(
    "program",
    [
        lambda y: CubicSpline(T + y, DATA)(0.3),
        lambda y: CubicSpline(T, y, bc_type="periodic")(0.3),
        lambda y: interpolate.PchipInterpolator(T, y)(0.3),
        lambda y: interp1d(T, y, kind="cubic")(0.3),
        lambda y: CubicSpline(T, np.stack((y, y)).T)(0.3)[0],
        lambda y: interpolate.UnivariateSpline(T, DATA, ext=3)(y[0]),
    ],
)
def test_refused(program):
    with pytest.raises(UnsupportedConstruct):
        grad(program)(DATA)


def test_what_is_constant_outside_is_refused():
    constant = interpolate.UnivariateSpline(T, DATA, ext=3)
    with pytest.raises(UnsupportedConstruct, match="constant outside"):
        grad(lambda t: constant(t))(0.3)


def test_outside_of_the_data_is_an_error():
    with pytest.raises(ValueError, match="interpolation range"):
        grad(lambda y: interp1d(T, y)(5.0) * 1.0)(DATA)
