"""Derivative rules: filters of `scipy.ndimage`, as linear maps, right at the edges in all modes.  Imported only when a program uses it.

In: correlate and convolve, Gaussian, uniform and edge filters.  Out: their rules in `RULES`.  A constant other than 0 behind the edges,
and an array to write into, are refused.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from s2s.rules import scipy_sampling  # noqa: F401  its rules come with these
from s2s.rules.cases import A, case
from s2s.rules.declare import constant, linear, multilinear
from s2s.rules.when import is_one_of
from s2s_runtime.kernels import (
    averaged_adjoint,
    filtered_adjoint,
    gaussian_weights,
    laplace_weights,
    sloped_adjoint,
    smoothed_adjoint,
    turned_origin,
    weights_adjoint,
)

constant(
    ndimage.label, ndimage.find_objects, ndimage.maximum_position, ndimage.minimum_position, ndimage.binary_closing,
    ndimage.binary_dilation, ndimage.binary_erosion, ndimage.binary_fill_holes, ndimage.binary_opening, reason="places and flags",
)  # fmt: skip
constant(gaussian_weights, laplace_weights, turned_origin, reason="weights of a filter")

MODES = ("reflect", "mirror", "nearest", "wrap", "constant", "grid-wrap")


def plain(output, cval):
    """Nothing to write into, and zeros behind the edges where that is a choice."""
    return is_one_of(output, None) and is_one_of(cval, 0.0)


# ------------------------------------------------------------------------------------------------------- any weights
AROUND = [
    *(case(A(4, 5), A(3, 2), mode=mode) for mode in MODES),
    case(A(2, 3), A(3, 3), None, "mirror", 0.0, (1, -1)),
    case(A(6), A(4), origin=1),
    case(A(3, 2, 3), A(1, 3, 2), mode="nearest", origin=0),
]


@multilinear(
    ndimage.correlate,
    wrt=("input", "weights"),
    real_only=True,
    when=lambda input, weights, output, mode, cval, origin: plain(output, cval),
    cases=AROUND,
)
def correlate(g, input, weights, output=None, mode="reflect", cval=0.0, origin=0):
    return filtered_adjoint(g, weights, mode, origin), weights_adjoint(g, input, weights, mode, origin)


@multilinear(
    ndimage.convolve,
    wrt=("input", "weights"),
    real_only=True,
    when=lambda input, weights, output, mode, cval, origin: plain(output, cval),
    cases=[*AROUND, case(A(5), A(3), origin=-1), case(A(5), A(2), mode="wrap")],
)
def convolve(g, input, weights, output=None, mode="reflect", cval=0.0, origin=0):
    turned, begin = np.flip(weights), turned_origin(weights, origin)
    return filtered_adjoint(g, turned, mode, begin), np.flip(weights_adjoint(g, input, turned, mode, begin))


ALONG = [
    *(case(A(4, 5), A(3), 0, mode=mode) for mode in MODES),
    case(A(2, 6), A(4), -1, None, "mirror", 0.0, 1),
    case(A(3), A(5), mode="nearest"),
]


@multilinear(
    ndimage.correlate1d,
    wrt=("input", "weights"),
    real_only=True,
    when=lambda input, weights, axis, output, mode, cval, origin: plain(output, cval),
    cases=ALONG,
)
def correlate1d(g, input, weights, axis=-1, output=None, mode="reflect", cval=0.0, origin=0):
    return filtered_adjoint(g, weights, mode, origin, axis), weights_adjoint(g, input, weights, mode, origin, axis)


@multilinear(
    ndimage.convolve1d,
    wrt=("input", "weights"),
    real_only=True,
    when=lambda input, weights, axis, output, mode, cval, origin: plain(output, cval),
    cases=ALONG,
)
def convolve1d(g, input, weights, axis=-1, output=None, mode="reflect", cval=0.0, origin=0):
    turned, begin = np.flip(weights), turned_origin(weights, origin)[0]  # along one axis it is a number
    by_weights = weights_adjoint(g, input, turned, mode, begin, axis)
    return filtered_adjoint(g, turned, mode, begin, axis), np.flip(by_weights)


# ----------------------------------------------------------------------------------------------- weights that are known
@linear(
    ndimage.gaussian_filter1d,
    real_only=True,
    when=lambda input, sigma, axis, order, output, mode, cval, truncate, radius: plain(output, cval),
    cases=[*(case(A(3, 6), 0.8, mode=mode) for mode in MODES), case(A(5, 2), 0.6, 0, 1, radius=2), case(A(6), 1.0, order=2)],
)
def gaussian_filter1d(
    g, input, sigma, axis=-1, order=0, output=None, mode="reflect", cval=0.0, truncate=4.0, *, radius=None
):
    return filtered_adjoint(g, gaussian_weights(sigma, order, truncate, radius), mode, 0, axis)


@linear(
    ndimage.gaussian_filter,
    real_only=True,
    when=lambda input, sigma, order, output, mode, cval, truncate, radius, axes: plain(output, cval),
    cases=[
        *(case(A(4, 5), 0.7, mode=mode) for mode in MODES),
        case(A(3, 4), (0.5, 1.0), (0, 1), mode=("wrap", "nearest")),
        case(A(3, 4, 2), 0.6, axes=(0, 2), radius=2),
        case(A(6), sigma=1.6, truncate=2.0),
    ],
)
def gaussian_filter(
    g, input, sigma, order=0, output=None, mode="reflect", cval=0.0, truncate=4.0, *, radius=None, axes=None
):
    return smoothed_adjoint(g, sigma, order, mode, truncate, radius, axes)


@linear(
    ndimage.uniform_filter1d,
    real_only=True,
    when=lambda input, size, axis, output, mode, cval, origin: plain(output, cval),
    cases=[*(case(A(3, 5), 3, mode=mode) for mode in MODES), case(A(5, 2), 4, 0, origin=-1)],
)
def uniform_filter1d(g, input, size, axis=-1, output=None, mode="reflect", cval=0.0, origin=0):
    return averaged_adjoint(g, size, mode, origin, axis)


@linear(
    ndimage.uniform_filter,
    real_only=True,
    when=lambda input, size, output, mode, cval, origin, axes: plain(output, cval),
    cases=[*(case(A(2, 4), mode=mode) for mode in MODES), case(A(5, 2), (2, 1), origin=(-1, 0)), case(A(4, 3), 2, axes=(1,))],
)
def uniform_filter(g, input, size=3, output=None, mode="reflect", cval=0.0, origin=0, *, axes=None):
    return averaged_adjoint(g, size, mode, origin, axes)


EDGES = [*(case(A(4, 5), mode=mode) for mode in MODES), case(A(3, 4), 0), case(A(3, 2, 3), axis=1)]


@linear(
    ndimage.sobel, real_only=True, when=lambda input, axis, output, mode, cval: plain(output, cval), cases=EDGES
)
def sobel(g, input, axis=-1, output=None, mode="reflect", cval=0.0):
    return sloped_adjoint(g, axis, mode, 2.0)


@linear(
    ndimage.prewitt, real_only=True, when=lambda input, axis, output, mode, cval: plain(output, cval), cases=EDGES
)
def prewitt(g, input, axis=-1, output=None, mode="reflect", cval=0.0):
    return sloped_adjoint(g, axis, mode, 1.0)


@linear(
    ndimage.laplace,
    real_only=True,
    when=lambda input, output, mode, cval: plain(output, cval),
    cases=[*(case(A(4, 5), mode=mode) for mode in MODES), case(A(5)), case(A(2, 3, 2))],
)
def laplace(g, input, output=None, mode="reflect", cval=0.0):
    return filtered_adjoint(g, laplace_weights(np.ndim(g)), mode)


# ---------------------------------------------------------------------------------------------------------- kernels
ADJOINTS = [case(A(4, 5), A(3, 2), "mirror"), case(A(5), A(3), "nearest", 1), case(A(3, 4), A(3), "reflect", 0, 0)]


@multilinear(filtered_adjoint, wrt=("g", "weights"), real_only=True, cases=ADJOINTS)
def filtered_adjoint_adjoint(h, g, weights, mode, origin=0, axis=None):
    """<h, adjoint of g> is <g, filter of h>."""
    if axis is None:
        return ndimage.correlate(h, weights, None, mode, 0.0, origin), weights_adjoint(g, h, weights, mode, origin)
    along = ndimage.correlate1d(h, weights, axis, None, mode, 0.0, origin)
    return along, weights_adjoint(g, h, weights, mode, origin, axis)


@multilinear(
    weights_adjoint,
    wrt=("g", "x"),
    ignored=("weights",),
    real_only=True,
    cases=[
        case(A(4, 5), A(4, 5), np.ones((3, 2)), "mirror"),
        case(A(5), A(5), np.ones(3), "nearest", 1),
        case(A(3, 4), A(3, 4), np.ones(3), "wrap", 0, 0),
    ],
)
def weights_adjoint_adjoint(v, g, x, weights, mode, origin=0, axis=None):
    if axis is None:
        return ndimage.correlate(x, v, None, mode, 0.0, origin), filtered_adjoint(g, v, mode, origin)
    return ndimage.correlate1d(x, v, axis, None, mode, 0.0, origin), filtered_adjoint(g, v, mode, origin, axis)


@linear(smoothed_adjoint, real_only=True, cases=[case(A(4, 5), 0.7, 0, "nearest", 4.0, None, None)])
def smoothed_adjoint_adjoint(h, g, sigma, order, mode, truncate, radius, axes):
    return ndimage.gaussian_filter(h, sigma, order, None, mode, 0.0, truncate, radius=radius, axes=axes)


@linear(averaged_adjoint, real_only=True, cases=[case(A(4, 5), 3, "mirror", 1, None), case(A(4, 5), 3, "wrap", 0, 1)])
def averaged_adjoint_adjoint(h, g, size, mode, origin, axes):
    return ndimage.uniform_filter(h, size, None, mode, 0.0, origin, axes=axes)


@linear(sloped_adjoint, real_only=True, cases=[case(A(4, 5), 0, "mirror", 2.0), case(A(4, 5), -1, "nearest", 1.0)])
def sloped_adjoint_adjoint(h, g, axis, mode, middle):
    return ndimage.sobel(h, axis, None, mode) if middle == 2.0 else ndimage.prewitt(h, axis, None, mode)
