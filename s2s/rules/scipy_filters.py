"""Derivative rules: recursive filters of `scipy.signal`, by their coefficients too, and the filter of Savitzky and Golay.

In: lfilter, with initial conditions and without; sosfilt; savgol_filter in all modes.  Out: their rules in `RULES`.  Where a_0 y is
b * x - a * y, and a_0 times a state, the cotangent of this right-hand side is what the filter 1 / a gives against time; each
gets its product with what it multiplies.  Imported only when a program uses it.
"""

from __future__ import annotations

import numpy as np
from scipy import signal

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, linear, multilinear
from s2s.rules.when import is_one_of
from s2s_runtime.kernels import (
    lagged_products,
    savgol_adjoint,
    sections_adjoint,
    sections_from_adjoint,
    sections_tangent,
)


# ------------------------------------------------------------------------------------------------------ from nothing
def at_rest(b, a, x, axis, zi):
    return is_one_of(zi, None)


def against_time(b, a, g, axis):
    """The adjoint of a filter, in what it filters."""
    return np.flip(signal.lfilter(b, a, np.flip(g, axis), axis), axis)


def alone(c):
    """The coefficients of a filter that changes nothing, of the same kind."""
    return np.ones_like(np.reshape(c, (-1,))[:1])


def lfilter_jvp(b_dot, a_dot, x_dot, b, a, x, axis=-1, zi=None, *, result):
    by_b = signal.lfilter(b_dot, a, x, axis)
    return by_b, -signal.lfilter(a_dot, a, result, axis), signal.lfilter(b, a, x_dot, axis)


@custom(
    signal.lfilter,
    jvp=lfilter_jvp,
    wrt=("b", "a", "x"),
    when=at_rest,
    cases=[
        case(A(2), A(3, domain="large at first"), A(6)),
        case(A(1), np.array([2.0, 0.3]), A(2, 5)),
        case(A(3), 1.0, A(5, 2), 0),
        case(np.array([1.0, 0.5]), A(2, domain="positive"), A(4), axis=0),
    ],
)
def lfilter(g, b, a, x, axis=-1, zi=None, *, result):
    v = against_time(alone(a), a, g, axis)
    b_bar, a_bar = lagged_products(v, x, np.size(b), axis), lagged_products(v, result, np.size(a), axis)
    return np.reshape(b_bar, np.shape(b)), -np.reshape(a_bar, np.shape(a)), against_time(b, a, g, axis)


@multilinear(lagged_products, wrt=("v", "x"), cases=[case(A(5), A(5), 3), case(A(2, 4), A(2, 4), 2, 1), case(A(3, 2), A(3, 2), 4, 0)])
def lagged_products_adjoint(h, v, x, count, axis=-1):
    return signal.lfilter(h, alone(h), x, axis), against_time(h, alone(h), v, axis)


# ----------------------------------------------------------------------------------------------------- from a state
def from_a_state(b, a, x, axis, zi):
    return not is_one_of(zi, None)


def in_full(a, zi, axis):
    """The coefficients of the denominator divided by the first one, one more than there are numbers in a state."""
    known = np.reshape(a, (-1,))
    return np.pad(known / known[0], (0, np.shape(zi)[axis] + 1 - np.size(known)))


def turned(x, axis):
    return np.flip(x, axis)


def unchanged(down):
    """The coefficients of a numerator that changes nothing, as many as those of the denominator."""
    return np.pad(alone(down), (0, np.size(down) - 1))


def front(x, like, axis):
    """As many entries along an axis as another array has there."""
    return np.take(x, np.arange(np.shape(like)[axis]), axis)


def behind(x, like, axis):
    """The rest, behind as many."""
    return np.take(x, np.arange(np.shape(like)[axis], np.shape(x)[axis]), axis)


def right_hand_side(y_bar, state_bar, a, axis):
    """The cotangent of the right-hand side, also beyond the end, where it is that of the last state."""
    down = in_full(a, state_bar, axis)
    state = turned(signal.lfilter(-np.flip(down), alone(down), state_bar, axis), axis)
    head = signal.lfilter(unchanged(down), down, turned(y_bar, axis), axis, state)[0]
    return np.concatenate((turned(head, axis), state_bar), axis=axis)


def answer(moved, a, x, state, axis):
    """How the result and the last state move with a right-hand side."""
    down = in_full(a, state, axis)
    y_dot, rest = signal.lfilter(unchanged(down), down, front(moved, x, axis), axis, np.zeros_like(state))
    return y_dot, rest + behind(moved, x, axis)


def lfilter_from_jvp(b_dot, a_dot, x_dot, zi_dot, b, a, x, axis=-1, zi=None, *, result):
    y, last = result
    none, first, first_dot = np.zeros_like(last), np.reshape(a, (-1,))[0], np.reshape(a_dot, (-1,))[0]
    by_b = signal.lfilter(b_dot, alone(b), np.concatenate((x, none), axis=axis), axis)
    begun = np.concatenate((np.broadcast_to(zi, np.shape(last)), np.zeros_like(y)), axis=axis)
    states = begun - np.concatenate((np.zeros_like(y), last), axis=axis)
    by_a = first_dot * states - signal.lfilter(a_dot, alone(a), np.concatenate((y, none), axis=axis), axis)
    by_x = signal.lfilter(b, a, x_dot, axis, np.zeros_like(zi))
    by_zi = signal.lfilter(b, a, np.zeros_like(x), axis, zi_dot)
    return answer(by_b / first, a, x, last, axis), answer(by_a / first, a, x, last, axis), by_x, by_zi


@custom(
    signal.lfilter,
    jvp=lfilter_from_jvp,
    wrt=("b", "a", "x", "zi"),
    several=True,
    when=from_a_state,
    cases=[
        case(A(2), A(3, domain="large at first"), A(6), -1, A(2)),
        case(A(3), A(2, domain="large at first"), A(2, 4), zi=A(2, 2)),
        case(A(2), A(3, domain="large at first"), A(1, 2), 0, A(2, 2)),
        case(A(3), 1.5, A(3), zi=A(2)),
    ],
)
def lfilter_from(g, b, a, x, axis=-1, zi=None, *, result):
    y, last = result
    first, none = np.reshape(a, (-1,))[0], np.zeros_like(last)
    side = right_hand_side(g[0], g[1], a, axis) / first
    b_bar = lagged_products(side, np.concatenate((x, none), axis=axis), np.size(b), axis)
    a_bar = lagged_products(side, np.concatenate((y, none), axis=axis), np.size(a), axis)
    scale = np.sum(front(side, last, axis) * zi) - np.sum(g[1] * last) / first
    x_bar = front(against_time(b, alone(b), side, axis), x, axis)
    by_a = np.pad(np.reshape(scale, (1,)), (0, np.size(a) - 1)) - a_bar
    return np.reshape(b_bar, np.shape(b)), np.reshape(by_a, np.shape(a)), x_bar, first * front(side, last, axis)


# ----------------------------------------------------------------------------------------------------------- sections
def sections_at_rest(sos, x, axis, zi):
    return is_one_of(zi, None)


def sosfilt_jvp(sos_dot, x_dot, sos, x, axis=-1, zi=None):
    return sections_tangent(sos_dot, sos, x, axis), signal.sosfilt(sos, x_dot, axis)


@custom(
    signal.sosfilt,
    jvp=sosfilt_jvp,
    wrt=("sos", "x"),
    when=sections_at_rest,
    cases=[
        case(np.array([[1.0, 0.5, 0.2, 1.0, -0.3, 0.1], [0.7, 0.1, 0.0, 1.0, 0.2, 0.0]]), A(6)),
        case(np.array([[1.0, 0.5, 0.2, 1.0, -0.3, 0.1]]), A(5, 2), axis=0),
    ],
)
def sosfilt(g, sos, x, axis=-1, zi=None):
    """By the coefficients once: SciPy takes the fourth one of a section for 1."""
    return sections_adjoint(g, sos, x, axis), np.flip(signal.sosfilt(sos, np.flip(g, axis), axis), axis)


def sosfilt_from_jvp(x_dot, zi_dot, sos, x, axis=-1, zi=None):
    by_x = signal.sosfilt(sos, x_dot, axis, np.zeros_like(zi))
    return by_x, signal.sosfilt(sos, np.zeros_like(x), axis, zi_dot)


@custom(
    signal.sosfilt,
    jvp=sosfilt_from_jvp,
    wrt=("x", "zi"),
    several=True,
    when=lambda sos, x, axis, zi: not is_one_of(zi, None),
    cases=[
        case(np.array([[1.0, 0.5, 0.2, 1.0, -0.3, 0.1], [0.7, 0.1, 0.0, 1.0, 0.2, 0.0]]), A(6), -1, A(2, 2)),
        case(np.array([[1.0, 0.5, 0.2, 1.0, -0.3, 0.1]]), A(5, 2), axis=0, zi=A(1, 2, 2)),
    ],
)
def sosfilt_from(g, sos, x, axis=-1, zi=None):
    return sections_from_adjoint(g[0], g[1], sos, axis)


SECTIONS = np.array([[1.0, 0.5, 0.2, 1.0, -0.3, 0.1], [0.7, 0.1, 0.0, 1.0, 0.2, 0.0]])


@multilinear(sections_tangent, wrt=("sos_dot", "x"), cases=[case(A(2, 6), SECTIONS, A(6)), case(A(2, 6), SECTIONS, A(4, 2), 0)])
def sections_tangent_adjoint(g, sos_dot, sos, x, axis=-1):
    """A filter that does not change commutes with another one, so against time it is its own adjoint."""
    return sections_adjoint(g, sos, x, axis), np.flip(sections_tangent(sos_dot, sos, np.flip(g, axis), axis), axis)


@multilinear(sections_adjoint, wrt=("g", "x"), cases=[case(A(6), SECTIONS, A(6)), case(A(4, 2), SECTIONS, A(4, 2), 0)])
def sections_adjoint_adjoint(h, g, sos, x, axis=-1):
    return sections_tangent(h, sos, x, axis), np.flip(sections_tangent(h, sos, np.flip(g, axis), axis), axis)


@linear(
    sections_from_adjoint,
    wrt=("y_bar", "state_bar"),
    several=True,
    cases=[case(A(6), A(2, 2), SECTIONS), case(A(4, 3), A(2, 2, 3), SECTIONS, 0)],
)
def sections_from_adjoint_adjoint(h, y_bar, state_bar, sos, axis=-1):
    return signal.sosfilt(sos, h[0], axis, h[1])


# -------------------------------------------------------------------------------------------------------- polynomials
def savgol_filter_jvp(x_dot, x, window_length, polyorder, deriv=0, delta=1.0, axis=-1, mode="interp", cval=0.0):
    return signal.savgol_filter(x_dot, window_length, polyorder, deriv, delta, axis, mode)


FITS = [
    *(case(A(6), 3, 1, mode=mode) for mode in ("mirror", "constant", "nearest", "wrap", "interp")),
    case(A(2, 7), 5, 2, 1, 0.5),
    case(A(5, 2), 4, 2, axis=0),
    case(A(5), 5, 3, deriv=2),
    case(A(4), 3, 1, mode="constant", cval=0.5),
]


@custom(signal.savgol_filter, jvp=savgol_filter_jvp, wrt=("x",), real_only=True, cases=FITS)
def savgol_filter(g, x, window_length, polyorder, deriv=0, delta=1.0, axis=-1, mode="interp", cval=0.0):
    return savgol_adjoint(g, window_length, polyorder, deriv, delta, axis, mode)


@linear(savgol_adjoint, real_only=True, cases=[case(A(6), 3, 1, 1), case(A(5, 2), 4, 2, 1, 0.5, 0), case(A(6), 3, 1, mode="mirror")])
def savgol_adjoint_adjoint(h, g, window_length, polyorder, deriv=0, delta=1.0, axis=-1, mode="interp"):
    return signal.savgol_filter(h, window_length, polyorder, deriv, delta, axis, mode)
