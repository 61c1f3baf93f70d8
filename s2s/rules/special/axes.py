"""Derivative rules: sums of exponentials, over axes.

In: functions of `scipy.special`.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from s2s.rules.cases import A, case
from s2s.rules.declare import custom
from s2s.rules.when import is_one_of
from s2s_runtime.kernels import keep_axes

OVER_AXES = [
    case(A(3)),
    case(A(2, 3)),
    case(A(2, 3), 0),
    case(A(2, 3), axis=-1),
    case(A(2, 3, 2), axis=(0, 2)),
    case(A(1)),
]
KEPT = [case(A(2, 3), axis=1, keepdims=True), case(A(2, 3), keepdims=True)]


def weighed(a, axis, result, kept):
    """exp(a) divided by the sum; a sum of 0 is not moved."""
    total = result if kept else keep_axes(result, axis, False)
    return np.where(total == -np.inf, 0.0, np.exp(a - np.where(total == -np.inf, 0.0, total)))


def is_weighed(a, axis, b, keepdims, return_sign):
    return not is_one_of(b, None) and is_one_of(return_sign, False)


def logsumexp_weighed_jvp(a_dot, b_dot, a, axis=None, b=None, keepdims=False, return_sign=False, *, result):
    share = weighed(a, axis, result, keepdims)
    by_a = np.sum(share * b * a_dot, axis=axis, keepdims=keepdims)
    return by_a, np.sum(share * b_dot, axis=axis, keepdims=keepdims)


@custom(
    special.logsumexp,
    jvp=logsumexp_weighed_jvp,
    wrt=("a", "b"),
    real_only=True,
    when=is_weighed,
    cases=[
        case(A(3), b=A(3, domain="positive")),
        case(A(2, 3), 0, A(2, 3, domain="positive")),
        case(A(2, 3), axis=1, b=A(3, domain="positive"), keepdims=True),
        case(A(2, 3), b=0.5),
    ],
)
def logsumexp_weighed(g, a, axis=None, b=None, keepdims=False, return_sign=False, *, result):
    share = keep_axes(g, axis, keepdims) * weighed(a, axis, result, keepdims)
    return share * b, share


def is_signed(a, axis, b, keepdims, return_sign):
    return not is_one_of(b, None) and bool(return_sign.const) and return_sign.const[0] is True


def logsumexp_signed_jvp(a_dot, b_dot, a, axis=None, b=None, keepdims=False, return_sign=False, *, result):
    share = keep_axes(result[1], axis, keepdims) * weighed(a, axis, result[0], keepdims)
    by_a = np.sum(share * b * a_dot, axis=axis, keepdims=keepdims)
    by_b = np.sum(share * b_dot, axis=axis, keepdims=keepdims)
    return (by_a, np.zeros_like(by_a)), (by_b, np.zeros_like(by_b))


@custom(
    special.logsumexp,
    jvp=logsumexp_signed_jvp,
    several=True,
    wrt=("a", "b"),
    real_only=True,
    when=is_signed,
    cases=[
        case(A(3), b=A(3, domain="nonzero"), return_sign=True),
        case(A(2, 3), 1, A(2, 3, domain="nonzero"), return_sign=True),
        case(A(2, 3), axis=0, b=A(3, domain="nonzero"), keepdims=True, return_sign=True),
    ],
)
def logsumexp_signed(g, a, axis=None, b=None, keepdims=False, return_sign=False, *, result):
    """The logarithm of the absolute value of a sum, and its sign."""
    share = keep_axes(g[0] * result[1], axis, keepdims) * weighed(a, axis, result[0], keepdims)
    return share * b, share


def is_sum_with_sign(a, axis, keepdims, return_sign):
    return bool(return_sign.const) and return_sign.const[0] is True


def logsumexp_with_sign_jvp(a_dot, a, axis=None, *, keepdims=False, return_sign=False):
    moved = logsumexp_jvp(a_dot, a, axis, keepdims=keepdims)
    return moved, np.zeros_like(moved)


@custom(
    special.logsumexp,
    jvp=logsumexp_with_sign_jvp,
    real_only=True,
    when=is_sum_with_sign,
    cases=[case(A(3), return_sign=True), case(A(2, 3), 1, keepdims=True, return_sign=True)],
)
def logsumexp_with_sign(g, a, axis=None, *, keepdims=False, return_sign=False):
    return logsumexp(g[0], a, axis, keepdims=keepdims)


def logsumexp_jvp(a_dot, a, axis=None, *, keepdims=False):
    return np.sum(special.softmax(a, axis=axis) * a_dot, axis=axis, keepdims=keepdims)


@custom(special.logsumexp, jvp=logsumexp_jvp, cases=[*OVER_AXES, *KEPT])
def logsumexp(g, a, axis=None, *, keepdims=False):
    return keep_axes(g, axis, keepdims) * special.softmax(a, axis=axis)


def softmax_jvp(x_dot, x, axis=None, *, result):
    return result * (x_dot - np.sum(result * x_dot, axis=axis, keepdims=True))


@custom(special.softmax, jvp=softmax_jvp, cases=OVER_AXES)
def softmax(g, x, axis=None, *, result):
    return result * (g - np.sum(result * g, axis=axis, keepdims=True))


def log_softmax_jvp(x_dot, x, axis=None, *, result):
    return x_dot - np.sum(np.exp(result) * x_dot, axis=axis, keepdims=True)


@custom(special.log_softmax, jvp=log_softmax_jvp, cases=OVER_AXES)
def log_softmax(g, x, axis=None, *, result):
    return g - np.exp(result) * np.sum(g, axis=axis, keepdims=True)
