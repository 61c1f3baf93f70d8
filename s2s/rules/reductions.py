"""Derivative rules: sums, products, means and spreads over axes, and their running forms.

In: NumPy's reductions.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, linear
from s2s.rules.when import keeps_fractions
from s2s_runtime.kernels import (
    align_adjoint,
    align_weights,
    axis_size,
    centre,
    degrees_of_freedom,
    discounted_before,
    keep_axes,
    products_before,
    spread_pieces,
    sum_pieces,
    sum_to,
)

OVER_AXES = [
    case(A(4)),
    case(A(2, 3)),
    case(A()),
    case(A(2, 3), 0),
    case(A(2, 3), axis=-1),
    case(A(2, 3), axis=1, keepdims=True),
    case(A(2, 3), keepdims=True),
    case(A(2, 3, 4), axis=(0, -1)),
    case(A(2, 3, 4), axis=(-1, 0), keepdims=True),
    case(A(2, 1, 3), axis=1),
    case(A(1)),
]
EMPTY = [case(A(0)), case(A(0, 3), axis=0), case(A(0, 3), axis=1), case(A(2, 0), axis=-1, keepdims=True)]


@linear(
    np.sum,
    when=lambda a, axis, dtype, keepdims: keeps_fractions(dtype),
    cases=[*OVER_AXES, *EMPTY, case(A(2, 3), axis=())],
    moves=True,
)
def sum_(g, a, axis=None, dtype=None, *, keepdims=False):
    if axis is None or keepdims:
        return np.broadcast_to(g, np.shape(a))
    return np.broadcast_to(np.expand_dims(g, axis), np.shape(a))


@linear(
    np.mean,
    when=lambda a, axis, dtype, keepdims: keeps_fractions(dtype),
    cases=[*OVER_AXES, case(A(0, 3), axis=1)],
    moves=True,
)
def mean(g, a, axis=None, dtype=None, *, keepdims=False):
    if axis is None:
        return np.broadcast_to(g / np.size(a), np.shape(a))
    return np.broadcast_to(keep_axes(g, axis, keepdims) / axis_size(a, axis), np.shape(a))


def prod_jvp(a_dot, a, axis=None, *, keepdims=False):
    before = products_before(a, axis)
    after = np.flip(products_before(np.flip(a, axis), axis), axis)
    return np.sum(before * after * a_dot, axis=axis, keepdims=keepdims)


@custom(np.prod, jvp=prod_jvp, cases=[*OVER_AXES, *EMPTY])
def prod(g, a, axis=None, *, keepdims=False):
    """An element's partial is the product of the others: of those before it and those after it, without a division."""
    before = products_before(a, axis)
    after = np.flip(products_before(np.flip(a, axis), axis), axis)
    return keep_axes(g, axis, keepdims) * before * after


# ------------------------------------------------------------------------------------------------------ spreads
DEGREES = [case(A(4), ddof=1), case(A(2, 3), axis=1, ddof=1), case(A(3, 2), axis=0, ddof=0.5, keepdims=True)]


def var_jvp(a_dot, a, axis=None, *, ddof=0, keepdims=False):
    slope = 2.0 * np.conj(centre(a, axis)) / degrees_of_freedom(a, axis, ddof)
    return np.sum(slope * a_dot, axis=axis, keepdims=keepdims)


@custom(np.var, jvp=var_jvp, cases=[*OVER_AXES, *DEGREES])
def var(g, a, axis=None, *, ddof=0, keepdims=False):
    slope = 2.0 * np.conj(centre(a, axis)) / degrees_of_freedom(a, axis, ddof)
    return keep_axes(g, axis, keepdims) * slope


def std_jvp(a_dot, a, axis=None, *, ddof=0, keepdims=False, result):
    spread = keep_axes(result, axis, keepdims) * degrees_of_freedom(a, axis, ddof)
    slope = np.conj(centre(a, axis)) / np.where(spread == 0, 1.0, spread)
    return np.sum(slope * a_dot, axis=axis, keepdims=keepdims)


@custom(np.std, jvp=std_jvp, cases=[*OVER_AXES, *DEGREES])
def std(g, a, axis=None, *, ddof=0, keepdims=False, result):
    """Zero where all elements are equal: the deviations are zero there, and their length is not divided by."""
    spread = keep_axes(result, axis, keepdims) * degrees_of_freedom(a, axis, ddof)
    slope = np.conj(centre(a, axis)) / np.where(spread == 0, 1.0, spread)
    return keep_axes(g, axis, keepdims) * slope


def average_jvp(a_dot, weights_dot, a, axis=None, weights=None, *, keepdims=False, result):
    if weights is None:
        return np.mean(a_dot, axis=axis, keepdims=keepdims), None
    aligned = align_weights(weights, np.shape(a), axis)
    total = np.sum(aligned, axis=axis, keepdims=True)
    moved = (a - keep_axes(result, axis, keepdims)) / total * align_weights(weights_dot, np.shape(a), axis)
    return np.sum(aligned / total * a_dot, axis=axis, keepdims=keepdims), np.sum(moved, axis=axis, keepdims=keepdims)


@custom(
    np.average,
    jvp=average_jvp,
    wrt=("a", "weights"),
    cases=[
        case(A(4)),
        case(A(2, 3), 0),
        case(A(2, 3), axis=-1, keepdims=True),
        case(A(4), None, A(4, domain="positive")),
        case(A(2, 3), None, A(2, 3, domain="positive")),
        case(A(3, 3), 1, A(3, 3, domain="positive")),
        case(A(2, 3), 0, A(2, domain="positive")),
        case(A(2, 3, 4), axis=-1, weights=A(4, domain="positive"), keepdims=True),
        case(A(2, 3, 4), axis=(2, 0), weights=A(4, 2, domain="positive")),
        case(A(2, 3, 4), axis=(2, 0, 1), weights=A(4, 2, 3, domain="positive")),
        case(A(3, 2), 0, np.array([1.0, 2.0, 0.5])),
    ],
)
def average(g, a, axis=None, weights=None, *, keepdims=False, result):
    if weights is None:
        return np.broadcast_to(keep_axes(g, axis, keepdims) / axis_size(a, axis), np.shape(a)), None
    aligned = align_weights(weights, np.shape(a), axis)
    shared = keep_axes(g, axis, keepdims) / np.sum(aligned, axis=axis, keepdims=True)
    weights_bar = shared * (a - keep_axes(result, axis, keepdims))
    return shared * aligned, align_adjoint(weights_bar, np.shape(weights), axis)


# ------------------------------------------------------------------------------------------------------ running
RUNNING = [
    case(A(4)),
    case(A(2, 3)),
    case(A()),
    case(A(2, 3), 0),
    case(A(2, 3), axis=-1),
    case(A(0)),
    case(A(1, 3), 0),
    case(A(0, 3), axis=1),
]


@linear(np.cumsum, when=lambda a, axis, dtype: keeps_fractions(dtype), cases=RUNNING)
def cumsum(g, a, axis=None, dtype=None):
    if axis is None:
        return np.reshape(np.flip(np.cumsum(np.flip(g))), np.shape(a))
    return np.flip(np.cumsum(np.flip(g, axis), axis=axis), axis)


def cumprod_jvp(a_dot, a, axis=None, *, result):
    before = products_before(a, axis)
    return np.reshape(a_dot * before + a * discounted_before(a_dot * before, a, axis), np.shape(result))


@custom(np.cumprod, jvp=cumprod_jvp, cases=RUNNING)
def cumprod(g, a, axis=None):
    """With p the products before each element: a_bar = p * s, where s[k] = g[k] + a[k + 1] s[k + 1]."""
    g_a = np.reshape(g, np.shape(a))
    after = np.flip(discounted_before(np.flip(g_a * a, axis), np.flip(a, axis), axis), axis)
    return products_before(a, axis) * (g_a + after)


# ------------------------------------------------------------------------------------------------------ kernels
@linear(
    sum_to,
    cases=[case(A(2, 3), (3,)), case(A(2, 3), (2, 1)), case(A(2, 3), ()), case(A(2), (1, 2)), case(A(4, 2, 3), (2, 1))],
    moves=True,
)
def sum_to_adjoint(g, x, shape):
    if np.ndim(x) < len(shape):
        return np.reshape(g, np.shape(x))
    return np.broadcast_to(g, np.shape(x))


@linear(
    keep_axes, cases=[case(A(2), 1, False), case(A(2, 1), 1, True), case(A(3), (0, -1), False), case(A(), None, False)]
)
def keep_axes_adjoint(g, x, axis, keepdims):
    return np.reshape(g, np.shape(x))


@linear(centre, cases=[case(A(4), None), case(A(2, 3), 1), case(A(2, 3, 4), (0, -1)), case(A(0, 3), 1)])
def centre_adjoint(g, a, axis):
    return centre(g, axis)


PRODUCTS = [
    case(A(4), None),
    case(A(2, 3), None),
    case(A(2, 3), 0),
    case(A(2, 3, 4), (-1, 0)),
    case(A(), None),
    case(A(0), 0),
]


def products_before_jvp(a_dot, a, axis, *, result):
    return discounted_before(a_dot * result, a, axis)


@custom(products_before, jvp=products_before_jvp, wrt=("a",), cases=PRODUCTS)
def products_before_adjoint(g, a, axis, *, result):
    return result * np.flip(discounted_before(np.flip(g, axis), np.flip(a, axis), axis), axis)


def discounted_before_jvp(b_dot, a_dot, b, a, axis, *, result):
    return discounted_before(b_dot, a, axis), discounted_before(a_dot * result, a, axis)


@custom(
    discounted_before,
    jvp=discounted_before_jvp,
    wrt=("b", "a"),
    cases=[
        case(A(4), A(4), None),
        case(A(2, 3), A(2, 3), 1),
        case(A(2, 3, 4), A(2, 3, 4), (0, 2)),
        case(A(), A(), None),
    ],
)
def discounted_before_adjoint(g, b, a, axis, *, result):
    b_bar = np.flip(discounted_before(np.flip(g, axis), np.flip(a, axis), axis), axis)
    return b_bar, b_bar * result


@linear(
    align_weights,
    cases=[
        case(A(2), (2, 3), 0),
        case(A(2, 3), (2, 3), None),
        case(A(4, 2), (2, 3, 4), (2, 0)),
        case(A(4), (2, 3, 4), -1),
    ],
)
def align_weights_adjoint(g, weights, shape, axis):
    return align_adjoint(g, np.shape(weights), axis)


@linear(align_adjoint, cases=[case(A(2, 3), (2,), 0), case(A(2, 3), (2, 3), None), case(A(2, 3, 4), (4, 2), (2, 0))])
def align_adjoint_adjoint(g, x, weights_shape, axis):
    return np.broadcast_to(align_weights(g, np.shape(x), axis), np.shape(x))


PIECES = [case(A(6), [0, 2, 3]), case(A(3, 5), [1, 3], 1), case(A(5), [0, 3, 1])]


@linear(sum_pieces, ignored=("indices",), cases=PIECES)
def sum_pieces_adjoint(g, a, indices, axis=0):
    return spread_pieces(g, indices, np.shape(a), axis)


@linear(spread_pieces, ignored=("indices",), cases=[case(A(3), [0, 2, 3], (6,)), case(A(3, 2), [1, 3], (3, 5), 1)])
def spread_pieces_adjoint(h, g, indices, shape, axis=0):
    return sum_pieces(h, indices, axis)
