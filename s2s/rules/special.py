"""Derivative rules: `scipy.special`.  Imported only when a program uses SciPy, whose import takes long.

In: functions of `scipy.special`.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, diagonal, elementwise
from s2s_runtime.kernels import keep_axes, polygamma


# ------------------------------------------------------------------------------------------------ error functions
@elementwise(special.erf, domain="real")
def erf(x):
    return 2.0 / math.sqrt(np.pi) * np.exp(-x * x)


@elementwise(special.erfc, domain="real")
def erfc(x):
    return -2.0 / math.sqrt(np.pi) * np.exp(-x * x)


@elementwise(special.erfcx, domain="real")
def erfcx(x, *, result):
    return 2.0 * x * result - 2.0 / math.sqrt(np.pi)


@elementwise(special.erfinv, domain="unit")
def erfinv(x, *, result):
    return 0.5 * math.sqrt(np.pi) * np.exp(result * result)


@elementwise(special.ndtr, domain="real")
def ndtr(x):
    return np.exp(-0.5 * x * x) / math.sqrt(2.0 * np.pi)


@elementwise(special.log_ndtr, domain="real")
def log_ndtr(x, *, result):
    return np.exp(-0.5 * x * x - result) / math.sqrt(2.0 * np.pi)


@elementwise(special.ndtri, domain="probability")
def ndtri(p, *, result):
    return math.sqrt(2.0 * np.pi) * np.exp(0.5 * result * result)


# ------------------------------------------------------------------------------------------------ gamma and beta
@elementwise(special.gamma, domain="positive")
def gamma(x, *, result):
    return result * polygamma(0, x)


@elementwise(special.gammaln, domain="positive")
def gammaln(x):
    return polygamma(0, x)


@elementwise(special.digamma, real_only=True, domain="positive")
def digamma(x):
    return polygamma(1, x)


@elementwise(special.polygamma, wrt=("x",), cases=[case(0, A(3, domain="positive")), case(2, A(domain="positive"))])
def polygamma_of_order(n, x):
    return polygamma(n + 1, x)


@elementwise(special.beta, domain=("positive", "positive"))
def beta(a, b, *, result):
    both = polygamma(0, a + b)
    return result * (polygamma(0, a) - both), result * (polygamma(0, b) - both)


@elementwise(special.betaln, domain=("positive", "positive"))
def betaln(a, b):
    both = polygamma(0, a + b)
    return polygamma(0, a) - both, polygamma(0, b) - both


# ------------------------------------------------------------------------------------------ logistic, entropies
@elementwise(special.expit, domain="real")
def expit(x, *, result):
    return result * special.expit(-x)


@diagonal(special.logit, domain="probability")
def logit(v, x):
    return v / (x * (1.0 - x))


@elementwise(special.log_expit, domain="real")
def log_expit(x):
    return special.expit(-x)


@diagonal(special.xlogy, domain=("nonzero", "positive"))
def xlogy(v, x, y):
    """0 log 0 is 0, and so are its partials there."""
    empty = (x == 0) & (y == 0)
    safe = np.where(empty, 1.0, y)
    return v * np.log(safe), v * x / safe


@diagonal(special.xlog1py, domain=("nonzero", "unit"))
def xlog1py(v, x, y):
    empty = (x == 0) & (y == -1)
    safe = np.where(empty, 0.0, y)
    return v * np.log1p(safe), v * x / (1.0 + safe)


@elementwise(special.entr, domain="positive")
def entr(x):
    return -np.log(x) - 1.0


# -------------------------------------------------------------------------------------------------------- Bessel
@elementwise(special.j0, domain="real")
def j0(x):
    return -special.j1(x)


@elementwise(special.j1, domain="real")
def j1(x):
    return 0.5 * (special.j0(x) - special.jv(2, x))


@elementwise(special.jv, wrt=("z",), cases=[case(0, A(3)), case(2, A(2, 3)), case(1.5, A(domain="positive"))])
def jv(v, z):
    return 0.5 * (special.jv(v - 1, z) - special.jv(v + 1, z))


@elementwise(special.i0, domain="real")
def i0(x):
    return special.i1(x)


@elementwise(special.i1, domain="real")
def i1(x):
    return 0.5 * (special.i0(x) + special.iv(2, x))


@elementwise(special.iv, wrt=("z",), cases=[case(0, A(3)), case(2, A(2, 3)), case(1.5, A(domain="positive"))])
def iv(v, z):
    return 0.5 * (special.iv(v - 1, z) + special.iv(v + 1, z))


# ------------------------------------------------------------------------------------------------------ over axes
OVER_AXES = [
    case(A(3)),
    case(A(2, 3)),
    case(A(2, 3), 0),
    case(A(2, 3), axis=-1),
    case(A(2, 3, 2), axis=(0, 2)),
    case(A(1)),
]
KEPT = [case(A(2, 3), axis=1, keepdims=True), case(A(2, 3), keepdims=True)]


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
