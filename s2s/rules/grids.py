"""Derivative rules: functions of samples on a grid, and of polynomials.

In: `np.trapezoid`, `np.gradient`, `np.interp`, `np.convolve`, `np.correlate`, `np.polyval`.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, linear, multilinear
from s2s.rules.when import is_complex, is_one_of
from s2s_runtime.kernels import (
    align_adjoint,
    align_weights,
    diff_adjoint,
    gradient_adjoint,
    gradient_along,
    keep_axes,
    neighbours,
    neighbours_adjoint,
    scatter_add,
)

TRAPEZOIDS = tuple(getattr(np, name) for name in ("trapezoid", "trapz") if hasattr(np, name))
X3, X4 = np.array([0.0, 0.4, 1.1]), np.array([0.0, 0.4, 1.1, 1.3])


# ------------------------------------------------------------------------------------------------------ integrals
@multilinear(
    *TRAPEZOIDS,
    wrt=("y", "dx"),
    when=lambda y, x, dx, axis: is_one_of(x, None),
    cases=[case(A(4), None, 0.3), case(A(2, 3)), case(A(3, 2), dx=A(), axis=0), case(A(1)), case(A(2, 3), dx=A())],
)
def trapezoid_of_equal_steps(g, y, x=None, dx=1.0, axis=-1):
    pairs = neighbours(y, axis)
    g = 0.5 * keep_axes(g, axis, False)
    return neighbours_adjoint(g * dx * np.ones_like(pairs), axis), np.sum(g * pairs)


@multilinear(
    *TRAPEZOIDS,
    wrt=("y", "x"),
    when=lambda y, x, dx, axis: bool(x.ndim == 1),
    cases=[case(A(4), A(4)), case(A(2, 3), X3), case(A(3, 2), A(3), axis=0), case(A(2, 4), A(4))],
)
def trapezoid_over_coordinates(g, y, x=None, dx=1.0, axis=-1):
    pairs = neighbours(y, axis)
    g = 0.5 * keep_axes(g, axis, False)
    steps = np.diff(x)
    y_bar = neighbours_adjoint(g * align_weights(steps, np.shape(pairs), axis), axis)
    return y_bar, diff_adjoint(align_adjoint(g * pairs, np.shape(steps), axis), np.shape(x), 1, 0)


@multilinear(
    *TRAPEZOIDS,
    wrt=("y", "x"),
    when=lambda y, x, dx, axis: x.ndim is not None and x.ndim > 1 and x.ndim == y.ndim,
    cases=[case(A(2, 3), A(2, 3)), case(A(3, 2), A(3, 2), axis=0)],
)
def trapezoid(g, y, x=None, dx=1.0, axis=-1):
    g = 0.5 * keep_axes(g, axis, False)
    y_bar = neighbours_adjoint(g * np.diff(x, axis=axis), axis)
    return y_bar, diff_adjoint(g * neighbours(y, axis), np.shape(x), 1, axis)


@linear(neighbours, cases=[case(A(4), -1), case(A(3, 2), 0), case(A(1), 0)])
def neighbours_rule(g, y, axis):
    return neighbours_adjoint(g, axis)


@linear(neighbours_adjoint, cases=[case(A(3), -1), case(A(2, 2), 0)])
def neighbours_adjoint_adjoint(h, g, axis):
    return neighbours(h, axis)


# -------------------------------------------------------------------------------------------------------- slopes
def keeps_all(f, *spacing):
    """NumPy gives slopes in the dtype of `f`, and drops the imaginary part of what complex distances make of real values."""
    return is_complex(f) or all(h.real or bool(h.const) for h in spacing)


def slope_jvp(f_dot, h_dot, f, h=1.0, *, axis=None, edge_order=1, result):
    return np.gradient(f_dot, h, axis=axis, edge_order=edge_order), -h_dot * result / h


@custom(
    np.gradient,
    jvp=slope_jvp,
    wrt=("f", "h"),
    when=lambda f, h, axis, edge_order: bool(h.ndim == 0 and (f.ndim == 1 or axis.ndim == 0)) and keeps_all(f, h),
    cases=[
        case(A(5)),
        case(A(4), A(domain="positive")),
        case(A(3, 4), 0.5, axis=1),
        case(A(3, 4), A(domain="positive"), axis=0, edge_order=2),
        case(A(2), 0.3),
    ],
)
def gradient_of_equal_steps(g, f, h=1.0, *, axis=None, edge_order=1, result):
    along = 0 if axis is None else axis
    return gradient_adjoint(g, h, along, edge_order), -np.sum(g * result) / h


@linear(
    np.gradient,
    wrt=("f",),
    when=lambda f, h, axis, edge_order: bool(h.ndim == 1 and (f.ndim == 1 or axis.ndim == 0)) and keeps_all(f, h),
    cases=[case(A(4), X4), case(A(3, 4), X4, axis=1, edge_order=2), case(A(4, 2), X4, axis=0)],
)
def gradient_over_coordinates(g, f, h=1.0, *, axis=None, edge_order=1):
    return gradient_adjoint(g, h, 0 if axis is None else axis, edge_order)


@linear(
    np.gradient,
    wrt=("f",),
    when=lambda f, axis, edge_order: f.ndim == 2 and is_one_of(axis, None),
    cases=[case(A(3, 4)), case(A(4, 3), edge_order=2)],
)
def gradient_of_matrix(g, f, *, axis=None, edge_order=1):
    return gradient_adjoint(g[0], 1.0, 0, edge_order) + gradient_adjoint(g[1], 1.0, 1, edge_order)


@linear(
    np.gradient,
    wrt=("f",),
    when=lambda f, h0, h1, axis, edge_order: f.ndim == 2 and is_one_of(axis, None) and keeps_all(f, h0, h1),
    cases=[case(A(3, 4), 0.5, 2.0), case(A(4, 3), X4, X3)],
)
def gradient_of_matrix_in_steps(g, f, h0, h1, *, axis=None, edge_order=1):
    return gradient_adjoint(g[0], h0, 0, edge_order) + gradient_adjoint(g[1], h1, 1, edge_order)


def along_jvp(f_dot, spacing_dot, f, spacing, axis, edge_order, *, result):
    return gradient_along(f_dot, spacing, axis, edge_order), -spacing_dot * result / spacing


@custom(
    gradient_along,
    jvp=along_jvp,
    wrt=("f", "spacing"),
    when=lambda f, spacing, axis, edge_order: bool(spacing.ndim == 0),
    cases=[case(A(4), A(domain="positive"), 0, 2), case(A(3, 4), 0.5, 1, 1)],
)
def gradient_along_of_equal_steps(g, f, spacing, axis, edge_order, *, result):
    return gradient_adjoint(g, spacing, axis, edge_order), -np.sum(g * result) / spacing


@linear(gradient_along, wrt=("f",), cases=[case(A(4), X4, 0, 2), case(A(3, 4), X4, 1, 1)])
def gradient_along_adjoint(g, f, spacing, axis, edge_order):
    return gradient_adjoint(g, spacing, axis, edge_order)


def gradient_adjoint_jvp(g_dot, spacing_dot, g, spacing, axis, edge_order, *, result):
    return gradient_adjoint(g_dot, spacing, axis, edge_order), -spacing_dot * result / spacing


@custom(
    gradient_adjoint,
    jvp=gradient_adjoint_jvp,
    wrt=("g", "spacing"),
    when=lambda g, spacing, axis, edge_order: bool(spacing.ndim == 0),
    cases=[case(A(4), A(domain="positive"), 0, 2), case(A(3, 4), 0.5, 1, 1)],
)
def gradient_adjoint_of_equal_steps(h, g, spacing, axis, edge_order, *, result):
    return gradient_along(h, spacing, axis, edge_order), -np.sum(h * result) / spacing


@linear(gradient_adjoint, wrt=("g",), cases=[case(A(4), X4, 0, 2), case(A(3, 4), X4, 1, 1)])
def gradient_adjoint_adjoint(h, g, spacing, axis, edge_order):
    return gradient_along(h, spacing, axis, edge_order)


# -------------------------------------------------------------------------------------------------- interpolation
def interp_jvp(x_dot, xp_dot, fp_dot, left_dot, right_dot, x, xp, fp, left=None, right=None, period=None):
    k = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, np.size(xp) - 2)
    inside = (x >= xp[0]) & (x <= xp[-1])
    part = np.clip((x - xp[k]) / (xp[k + 1] - xp[k]), 0.0, 1.0)
    slope = np.where(inside, (fp[k + 1] - fp[k]) / (xp[k + 1] - xp[k]), 0.0)
    moved = (1.0 - part) * xp_dot[k] + part * xp_dot[k + 1]
    follows = (1.0 - part) * fp_dot[k] + part * fp_dot[k + 1]
    if left is not None:
        follows = np.where(x < xp[0], 0.0, follows)
        left_dot = np.where(x < xp[0], left_dot, 0.0)
    if right is not None:
        follows = np.where(x > xp[-1], 0.0, follows)
        right_dot = np.where(x > xp[-1], right_dot, 0.0)
    return slope * x_dot, -slope * moved, follows, left_dot, right_dot


@custom(
    np.interp,
    jvp=interp_jvp,
    wrt=("x", "xp", "fp", "left", "right"),
    real_only=True,
    cases=[
        case(A(5), np.array([-1.5, -0.2, 0.3, 1.1]), A(4)),
        case(A(), np.array([-1.0, 0.1, 1.5]), A(3)),
        case(A(2, 2, domain="probability"), np.array([0.0, 0.5, 1.0]), A(3)),
        case(A(5), np.array([-0.5, 0.1, 0.4]), A(3), A(), A()),
        case(A(5), np.array([-0.5, 0.1, 0.4]), A(3), right=A()),
    ],
)
def interp(g, x, xp, fp, left=None, right=None, period=None):
    """Between two points a line, beyond the last ones constant."""
    k = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, np.size(xp) - 2)
    inside = (x >= xp[0]) & (x <= xp[-1])
    part = np.clip((x - xp[k]) / (xp[k + 1] - xp[k]), 0.0, 1.0)
    g_slope = g * np.where(inside, (fp[k + 1] - fp[k]) / (xp[k + 1] - xp[k]), 0.0)
    left_bar = None if left is None else np.sum(np.where(x < xp[0], g, 0.0))
    right_bar = None if right is None else np.sum(np.where(x > xp[-1], g, 0.0))
    within = g if left is None else np.where(x < xp[0], 0.0, g)
    within = within if right is None else np.where(x > xp[-1], 0.0, within)
    lower, upper = (1.0 - part) * within, part * within
    xp_bar = scatter_add((part - 1.0) * g_slope, k, np.shape(xp)) - scatter_add(part * g_slope, k + 1, np.shape(xp))
    fp_bar = scatter_add(lower, k, np.shape(fp)) + scatter_add(upper, k + 1, np.shape(fp))
    return g_slope, xp_bar, fp_bar, left_bar, right_bar


# -------------------------------------------------------------------------------------------------- convolutions
CONVOLVED = [
    case(A(5), A(3)),
    case(A(3), A(4), "same"),
    case(A(4), A(4), "same"),
    case(A(5), A(2), mode="valid"),
    case(A(2), A(5), mode="valid"),
    case(A(1), A(3), "full"),
    case(A(6), A(4), "same"),
]


@multilinear(np.convolve, wrt=("a", "v"), cases=CONVOLVED)
def convolve(g, a, v, mode="full"):
    less = min(np.size(a), np.size(v)) - 1
    before = 0 if mode == "full" else less // 2 if mode == "same" else less
    whole = np.pad(g, (before, np.size(a) + np.size(v) - 1 - before - np.size(g)))
    return np.correlate(whole, np.conj(v), "valid"), np.correlate(whole, np.conj(a), "valid")


@multilinear(np.correlate, wrt=("a", "v"), cases=CONVOLVED)
def correlate(g, a, v, mode="valid"):
    less = min(np.size(a), np.size(v)) - 1
    middle = less // 2 if np.size(a) >= np.size(v) else (less + 1) // 2
    before = 0 if mode == "full" else middle if mode == "same" else less
    whole = np.pad(g, (before, np.size(a) + np.size(v) - 1 - before - np.size(g)))
    return np.correlate(whole, np.flip(v), "valid"), np.conj(np.flip(np.correlate(whole, np.conj(a), "valid")))


# --------------------------------------------------------------------------------------------------- polynomials
def polyval_jvp(p_dot, x_dot, p, x):
    slopes = p[:-1] * np.arange(np.size(p) - 1, 0, -1)
    return np.polyval(p_dot, x), np.polyval(slopes, x) * x_dot


@custom(np.polyval, jvp=polyval_jvp, wrt=("p", "x"), cases=[case(A(4), A()), case(A(3), A(2, 2)), case(A(1), A(3))])
def polyval(g, p, x):
    """Coefficients from the highest power down."""
    count = np.size(p)
    slopes = p[:-1] * np.arange(count - 1, 0, -1)
    powers = np.expand_dims(x, -1) ** np.arange(count - 1, -1, -1)
    p_bar = np.sum(np.reshape(np.expand_dims(g, -1) * powers, (-1, count)), axis=0)
    return p_bar, g * np.polyval(slopes, x)
