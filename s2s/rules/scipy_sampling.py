"""Derivative rules: splines of `scipy.ndimage` at places between the points of an array.  Imported only when a program uses it.

In: map_coordinates of all orders and modes.  Out: its rules in `RULES`.  A spline of order 0 has steps, one
of order 1 the slope to the right at a point.  Behind an edge in the mode "constant" there is no slope.  An array to write into is refused.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from s2s.rules.cases import A, case
from s2s.rules.declare import constant, custom, linear
from s2s.rules.when import is_one_of
from s2s_runtime.kernels import (
    axes_behind_first,
    sampled,
    sampled_adjoint,
    spline_coefficients,
    spline_coefficients_adjoint,
)

constant(axes_behind_first, reason="places of axes")

MODES = ("reflect", "grid-mirror", "constant", "grid-constant", "nearest", "mirror", "grid-wrap", "wrap")


# -------------------------------------------------------------------------------------------------------- coordinates
def without_output(input, coordinates, output, order, mode, cval, prefilter):
    return is_one_of(output, None)


def map_coordinates_jvp(
    input_dot, coordinates_dot, input, coordinates, output=None, order=3, mode="constant", cval=0.0, prefilter=True
):
    moved = sampled(spline_coefficients(input_dot, order, mode, 0.0, prefilter), coordinates, order, mode, 0.0, prefilter)
    found = spline_coefficients(input, order, mode, cval, prefilter)
    return moved, np.sum(coordinates_dot * sampled(found, coordinates, order, mode, cval, prefilter, 1), axis=0)


@custom(
    ndimage.map_coordinates,
    jvp=map_coordinates_jvp,
    wrt=("input", "coordinates"),
    real_only=True,
    when=without_output,
    cases=[
        *(case(A(3, 4), A(2, 5, domain="probability"), order=1, mode=mode) for mode in MODES),
        *(case(A(5), A(1, 4, domain="positive"), None, 3, mode, 0.5) for mode in MODES),
        case(A(4, 3), A(2, 3, domain="positive"), order=2, mode="mirror"),
        case(A(6), A(1, 3), order=4, mode="nearest"),
        case(A(6), A(1, 2, 2, domain="positive"), order=5, prefilter=False, mode="reflect"),
        case(A(4), A(1, 3), order=0, mode="grid-wrap"),
    ],
)
def map_coordinates(g, input, coordinates, output=None, order=3, mode="constant", cval=0.0, prefilter=True):
    found = spline_coefficients(input, order, mode, cval, prefilter)
    seed = sampled_adjoint(g, coordinates, found, order, mode, prefilter)
    slopes = sampled(found, coordinates, order, mode, cval, prefilter, 1)
    return spline_coefficients_adjoint(seed, input, order, mode, prefilter), g * slopes


# ----------------------------------------------------------------------------------------------------------- kernels
def spline_coefficients_jvp(x_dot, x, order, mode, cval=0.0, prefilter=True):
    return spline_coefficients(x_dot, order, mode, 0.0, prefilter)


@custom(
    spline_coefficients,
    jvp=spline_coefficients_jvp,
    wrt=("x",),
    real_only=True,
    cases=[
        *(case(A(3), 3, mode, 0.5) for mode in MODES),
        case(A(3, 4), 2, "mirror"),
        case(A(3), 1, "nearest"),
    ],
)
def spline_coefficients_of(g, x, order, mode, cval=0.0, prefilter=True):
    return spline_coefficients_adjoint(g, x, order, mode, prefilter)


@linear(
    spline_coefficients_adjoint,
    ignored=("x",),
    real_only=True,
    cases=[
        case(A(4), np.ones(4), 3, "mirror"), case(A(26), np.ones(2), 3, "nearest"), case(A(26), np.ones(2), 2, "grid-constant"),
    ],
)
def spline_coefficients_back(h, g, x, order, mode, prefilter=True):
    return spline_coefficients(h, order, mode, 0.0, prefilter)


def sampled_jvp(c_dot, coordinates_dot, c, coordinates, order, mode, cval=0.0, prefilter=True, slopes=0):
    steps = np.expand_dims(coordinates_dot, axes_behind_first(slopes))
    by_place = np.sum(steps * sampled(c, coordinates, order, mode, cval, prefilter, slopes + 1), axis=0)
    return sampled(c_dot, coordinates, order, mode, 0.0, prefilter, slopes), by_place


@custom(
    sampled,
    jvp=sampled_jvp,
    wrt=("c", "coordinates"),
    real_only=True,
    cases=[
        case(A(5), A(1, 3, domain="positive"), 3, "constant", 0.5),
        case(A(3, 4), A(2, 3, domain="positive"), 2, "mirror", 0.0, True, 1),
        case(A(5), A(1, 3, domain="positive"), 3, "wrap", 0.0, False, 2),
        case(A(29), A(1, 2), 3, "grid-constant", 0.5, True, 1),
    ],
)
def sampled_at(g, c, coordinates, order, mode, cval=0.0, prefilter=True, slopes=0):
    """Of derivatives, each of which has a leading axis, those are one more."""
    by_place = np.sum(g * sampled(c, coordinates, order, mode, cval, prefilter, slopes + 1), axis=axes_behind_first(slopes))
    return sampled_adjoint(g, coordinates, c, order, mode, prefilter, slopes), by_place


def sampled_adjoint_jvp(g_dot, coordinates_dot, g, coordinates, c, order, mode, prefilter=True, slopes=0):
    steps = np.expand_dims(coordinates_dot, axes_behind_first(slopes)) * g
    by_place = sampled_adjoint(steps, coordinates, c, order, mode, prefilter, slopes + 1)
    return sampled_adjoint(g_dot, coordinates, c, order, mode, prefilter, slopes), by_place


@custom(
    sampled_adjoint,
    jvp=sampled_adjoint_jvp,
    wrt=("g", "coordinates"),
    ignored=("c",),
    real_only=True,
    cases=[
        case(A(3), A(1, 3, domain="positive"), np.ones(5), 3, "constant"),
        case(A(2, 3), A(2, 3, domain="positive"), np.ones((3, 4)), 2, "mirror", True, 1),
    ],
)
def sampled_adjoint_at(h, g, coordinates, c, order, mode, prefilter=True, slopes=0):
    by_place = g * sampled(h, coordinates, order, mode, 0.0, prefilter, slopes + 1)
    return sampled(h, coordinates, order, mode, 0.0, prefilter, slopes), np.sum(by_place, axis=axes_behind_first(slopes))
