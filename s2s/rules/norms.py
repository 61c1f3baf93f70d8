"""Derivative rules: norms of vectors and matrices.

In: `np.linalg.norm` with every order.  Out: its rules in `RULES`.  The gradient of
a norm at 0 is 0.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import custom
from s2s.rules.when import is_one_of
from s2s_runtime.kernels import keep_axes, norm_gradient, norm_gradient_tangent, share_ties


def over_one_axis(x, axis):
    """Whether the norm is one of vectors."""
    if is_one_of(axis, None):
        return bool(x.ndim == 1)
    return bool(axis.ndim == 0 or (axis.const and np.size(axis.const[0]) == 1))


def is_euclidean(x, ord, axis, keepdims):
    """The root of a sum of squares: no order, 'fro', or 2 over one axis."""
    return is_one_of(ord, None, "fro") or (is_one_of(ord, 2) and over_one_axis(x, axis))


def euclidean_jvp(x_dot, x, ord=None, axis=None, keepdims=False, *, result):
    return np.sum(np.conj(x) * x_dot, axis=axis, keepdims=keepdims) / np.where(result == 0, 1.0, result)


@custom(
    np.linalg.norm,
    jvp=euclidean_jvp,
    wrt=("x",),
    when=is_euclidean,
    cases=[
        case(A(3)),
        case(A(2, 3)),
        case(A(2, 3, 2)),
        case(A(2, 3), "fro"),
        case(A(2, 3, 2), None, (0, 2)),
        case(A(2, 3), axis=1, keepdims=True),
        case(A(2, 3), 2, -1),
        case(A(3), 2),
        case(A(2, 3), keepdims=True),
        case(A(0)),
        case(A(1)),
        case(A()),
    ],
)
def euclidean_norm(g, x, ord=None, axis=None, keepdims=False, *, result):
    length = np.where(result == 0, 1.0, result)
    return keep_axes(g / length, axis, keepdims) * np.conj(x)


def is_spectral(x, ord, axis, keepdims):
    """It is certain that the norm is one of matrices, and a sum or an extreme of singular values."""
    return is_one_of(ord, "nuc") or (is_one_of(ord, 2, -2) and over_two_axes(x, axis))


def over_two_axes(x, axis):
    return bool(x.ndim == 2) if is_one_of(axis, None) else bool(axis.const and np.size(axis.const[0]) == 2)


def matrix_axes(x, axis):
    return (0, 1) if axis is None else axis


def spectral_slope(x, ord, axis):
    """U P V^H with P the share that each singular value has in the norm, on the axes of the matrix."""
    rows, columns = matrix_axes(x, axis)
    u, s, vh = np.linalg.svd(np.moveaxis(x, (rows, columns), (-2, -1)), full_matrices=False)
    if ord == "nuc":
        share = np.ones_like(s)
    else:
        extreme = np.max(s, axis=-1, keepdims=True) if ord == 2 else np.min(s, axis=-1, keepdims=True)
        share = share_ties(np.ones_like(extreme), s == extreme, -1)
    return np.moveaxis(np.conj((u * np.expand_dims(share, -2)) @ vh), (-2, -1), (rows, columns))


def spectral_jvp(x_dot, x, ord=None, axis=None, keepdims=False):
    moved = np.real(spectral_slope(x, ord, axis) * x_dot)
    return np.sum(moved, axis=matrix_axes(x, axis), keepdims=keepdims)


@custom(
    np.linalg.norm,
    jvp=spectral_jvp,
    wrt=("x",),
    when=is_spectral,
    cases=[
        *(case(A(3, 2), order) for order in (2, -2, "nuc")),
        case(A(2, 3), "nuc", keepdims=True),
        case(A(2, 3, 4), 2, axis=(0, 2)),
        case(A(2, 3, 4), "nuc", (2, 1), True),
        case(A(2, 3, 4), -2, axis=(-2, -1)),
    ],
)
def spectral_norm(g, x, ord=None, axis=None, keepdims=False):
    """Sums and extremes of singular values."""
    spread = g if keepdims else np.expand_dims(g, matrix_axes(x, axis))
    return spread * spectral_slope(x, ord, axis)


def is_entrywise(x, ord, axis, keepdims):
    """Not the spectral or the nuclear norm of a matrix, which are sums over singular values."""
    return over_one_axis(x, axis) or not is_one_of(ord, 2, -2, "nuc")


def norm_jvp(x_dot, x, ord=None, axis=None, keepdims=False):
    return np.sum(norm_gradient(x, ord, axis) * x_dot, axis=axis, keepdims=keepdims)


ORDERS = [1, 2, 3, 1.5, np.inf, -np.inf, -1, 0, 0.5]


@custom(
    np.linalg.norm,
    jvp=norm_jvp,
    wrt=("x",),
    when=is_entrywise,
    cases=[
        *(case(A(4), order) for order in ORDERS),
        *(case(A(2, 3), order, axis=0) for order in ORDERS),
        *(case(A(2, 3), order) for order in (1, -1, np.inf, -np.inf)),
        case(A(2, 3), np.inf, keepdims=True),
        case(A(2, 3, 4), 1, (2, 0)),
        case(A(2, 3, 4), 1, (0, 2)),
        case(A(2, 3, 4), -np.inf, axis=(0, -1), keepdims=True),
        case(A(2, 3, 4), 3, axis=-2, keepdims=True),
        *(case(A(3, domain="complex"), order) for order in (3, 1, -np.inf, 0.5)),
        case(A(2, 2, domain="complex"), 1),
    ],
)
def norm(g, x, ord=None, axis=None, keepdims=False):
    return keep_axes(g, axis, keepdims) * norm_gradient(x, ord, axis)


def norm_gradient_jvp(x_dot, x, order, axis):
    return norm_gradient_tangent(x, order, axis, x_dot)


@custom(
    norm_gradient,
    jvp=norm_gradient_jvp,
    wrt=("x",),
    cases=[
        *(case(A(4), order, None) for order in (None, 1, 2, 3, 1.5, np.inf, -np.inf, 0)),
        case(A(2, 3), 3, 1),
        case(A(2, 3), "fro", None),
        case(A(2, 3), -np.inf, (0, 1)),
        case(A(2, 3, 4), 4, -1),
        *(case(A(3, domain="complex"), order, None) for order in (2, 3, 1.5, 1, np.inf)),
        case(A(2, 2, domain="complex"), 1, (0, 1)),
    ],
)
def norm_gradient_adjoint(g, x, order, axis):
    """A second derivative is symmetric: its adjoint is itself."""
    return norm_gradient_tangent(x, order, axis, g)
