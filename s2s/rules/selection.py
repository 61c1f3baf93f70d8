"""Derivative rules: functions that pick one of several values.

In: where, clip, maximum, minimum, nan_to_num, and max, min, ptp over axes.  Out: their rules in `RULES`.  Ties share
equally; what is not picked contributes nothing, whatever it holds.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, diagonal, linear
from s2s_runtime.kernels import keep_axes, mean_of_ties, parts_of_chosen, shapes, share_ties

OVER_AXES = [
    case(A(4)),
    case(A(2, 3)),
    case(A()),
    case(A(2, 3), 0),
    case(A(2, 3), axis=-1, keepdims=True),
    case(A(2, 3, 4), axis=(0, -1)),
    case(A(1, 3), axis=0),
    case(A(0, 3), axis=1),
]


@diagonal(np.where, wrt=("x", "y"), ignored=("condition",), domain=("boolean", "real", "real"))
def where(v, condition, x, y):
    return np.where(condition, v, 0.0), np.where(condition, 0.0, v)


@diagonal(np.maximum, domain=("real", "real"))
def maximum(v, x1, x2):
    half = 0.5 * v
    return np.where(x1 == x2, half, np.where(x1 > x2, v, 0.0)), np.where(x1 == x2, half, np.where(x2 > x1, v, 0.0))


@diagonal(np.minimum, domain=("real", "real"))
def minimum(v, x1, x2):
    half = 0.5 * v
    return np.where(x1 == x2, half, np.where(x1 < x2, v, 0.0)), np.where(x1 == x2, half, np.where(x2 < x1, v, 0.0))


@diagonal(np.fmax, np.fmin, domain=("real", "real"))
def fmax(v, x1, x2, *, result):
    """The result says which one was picked, also where the other one is NaN."""
    half = 0.5 * v
    first = np.where(x1 == result, v, 0.0)
    second = np.where(x2 == result, v, 0.0)
    return np.where(x1 == x2, half, first), np.where(x1 == x2, half, second)


@diagonal(
    np.clip,
    wrt=("a", "a_min", "a_max"),
    cases=[
        case(A(6), -0.5, 0.5),
        case(A(2, 3), A(), A(3)),
        case(A(2, 3), A(2, 1), None),
        case(A(3), None, None),
        case(A(3), None, A(1)),
        case(A(), None, a_max=0.1),
        case(A(), a_min=0.1, a_max=None),
        case(A(0), 0.0, 1.0),
        case(A(4), A(4), A(4)),
    ],
)
def clip(v, a, a_min=None, a_max=None):
    """Strictly inside, `a` passes; elsewhere the bound does.  Where the bounds cross, NumPy takes the upper one."""
    if a_min is None and a_max is None:
        return v, None, None
    if a_min is None:
        return np.where(a < a_max, v, 0.0), None, np.where(a >= a_max, v, 0.0)
    if a_max is None:
        return np.where(a > a_min, v, 0.0), np.where(a <= a_min, v, 0.0), None
    inside = (a_min < a) & (a < a_max)
    at_min = (a <= a_min) & (a_min < a_max)
    at_max = np.maximum(a, a_min) >= a_max
    return np.where(inside, v, 0.0), np.where(at_min, v, 0.0), np.where(at_max, v, 0.0)


@diagonal(np.nan_to_num, wrt=("x",), cases=[case(A(3)), case(A(), nan=1.0)])
def nan_to_num(v, x, *, nan=0.0, posinf=None, neginf=None):
    return np.where(np.isfinite(x), v, 0.0)


# -------------------------------------------------------------------------------------------------- over axes
def extreme_jvp(a_dot, a, axis=None, *, keepdims=False, result):
    chosen = a == keep_axes(result, axis, keepdims)
    return np.reshape(mean_of_ties(a_dot, chosen, axis), np.shape(result))


@custom(np.max, np.min, np.amax, np.amin, np.nanmax, np.nanmin, jvp=extreme_jvp, cases=OVER_AXES)
def amax(g, a, axis=None, *, keepdims=False, result):
    chosen = a == keep_axes(result, axis, keepdims)
    return share_ties(keep_axes(g, axis, keepdims), chosen, axis)


def ptp_jvp(a_dot, a, axis=None, *, keepdims=False, result):
    highest = a == np.max(a, axis=axis, keepdims=True)
    lowest = a == np.min(a, axis=axis, keepdims=True)
    return np.reshape(mean_of_ties(a_dot, highest, axis) - mean_of_ties(a_dot, lowest, axis), np.shape(result))


@custom(np.ptp, jvp=ptp_jvp, cases=OVER_AXES)
def ptp(g, a, axis=None, *, keepdims=False):
    highest = a == np.max(a, axis=axis, keepdims=True)
    lowest = a == np.min(a, axis=axis, keepdims=True)
    g_kept = keep_axes(g, axis, keepdims)
    return share_ties(g_kept, highest, axis) - share_ties(g_kept, lowest, axis)


# ------------------------------------------------------------------------------------------------------- sorting
def sort_jvp(a_dot, a, axis=-1, kind=None):
    return np.take_along_axis(a_dot, np.argsort(a, axis=axis, kind="stable"), axis)


@custom(
    np.sort,
    jvp=sort_jvp,
    wrt=("a",),
    cases=[
        case(A(4)),
        case(A(2, 3)),
        case(A(2, 3), 0),
        case(A(3, 2), axis=None),
        case(A(3), kind="stable"),
        case(A(0)),
    ],
)
def sort(g, a, axis=-1, kind=None):
    """Each cotangent goes back to where its entry came from; equal entries keep their order."""
    order = np.argsort(a, axis=axis, kind="stable")
    return np.reshape(np.take_along_axis(g, np.argsort(order, axis=axis), axis), np.shape(a))


def partition_jvp(a_dot, a, kth, axis=-1, kind="introselect", *, result):
    source = np.take_along_axis(np.argsort(a, axis=axis, kind="stable"), ranks_along(result, axis), axis)
    return np.take_along_axis(a_dot, source, axis)


@custom(
    np.partition,
    jvp=partition_jvp,
    wrt=("a",),
    cases=[case(A(6), 2), case(A(3, 4), 1), case(A(4, 3), (0, 2), axis=0), case(A(2, 3), 3, axis=None), case(A(1), 0)],
)
def partition(g, a, kth, axis=-1, kind="introselect", *, result):
    """An entry of the result is the entry of `a` that has the same rank; equal entries keep their order."""
    places = np.take_along_axis(np.argsort(result, axis=axis, kind="stable"), ranks_along(a, axis), axis)
    return np.reshape(np.take_along_axis(g, places, axis), np.shape(a))


def ranks_along(a, axis):
    along = 0 if axis is None else axis
    return np.argsort(np.argsort(a, axis=axis, kind="stable"), axis=along, kind="stable")


# --------------------------------------------------------------------------------------------------- by an index
PICKS = np.array([0, 1, 1, 0])


@linear(
    np.choose,
    wrt=("choices",),
    sequences=("choices",),
    ignored=("a",),
    cases=[
        case(PICKS, [A(4), A(4)]),
        case(PICKS + 2, [A(4), A(), A(4)], mode="clip"),
        case(PICKS + 3, (A(4), A(4)), mode="wrap"),
        case(PICKS.reshape(2, 2), [A(2, 2), A(2, 2)]),
    ],
)
def choose(g, a, choices, *, mode="raise"):
    return parts_of_chosen(g, a, shapes(choices), mode)


@linear(
    parts_of_chosen,
    wrt=("g",),
    cases=[case(A(4), PICKS, [(4,), (4,)], "raise"), case(A(4), PICKS + 2, [(4,), (), (4,)], "clip")],
)
def choose_again(h, g, index, parts, mode):
    return np.choose(index, h, mode=mode)


FLAGS = np.array([[True, False, True], [False, True, True]])


@linear(
    share_ties,
    cases=[case(A(2, 1), FLAGS, 1), case(A(1, 3), FLAGS, 0), case(A(1, 1), FLAGS, None), case(A(), FLAGS, None)],
)
def share_ties_adjoint(h, g, chosen, axis):
    return mean_of_ties(h, chosen, axis)


@linear(mean_of_ties, wrt=("v",), cases=[case(A(2, 3), FLAGS, 1), case(A(2, 3), FLAGS, 0), case(A(2, 3), FLAGS, None)])
def mean_of_ties_adjoint(g, v, chosen, axis):
    return share_ties(g, chosen, axis)
