"""Derivative rules: logistic functions, entropies, robust losses, powers.

In: functions of `scipy.special`.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from s2s.rules.cases import A, case
from s2s.rules.declare import diagonal, elementwise


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


@elementwise(special.kl_div, domain=("positive", "positive"))
def kl_div(x, y):
    return np.log(x / y), 1.0 - x / y


@elementwise(special.rel_entr, domain=("positive", "positive"))
def rel_entr(x, y):
    return np.log(x / y) + 1.0, -x / y


@elementwise(special.huber, domain=("positive", "nonzero"))
def huber(delta, r):
    """Quadratic for |r| <= delta, and then linear; the slope is continuous."""
    return np.maximum(np.abs(r) - delta, 0.0), np.clip(r, -delta, delta)


@elementwise(special.pseudo_huber, domain=("positive", "real"))
def pseudo_huber(delta, r):
    """delta^2 (s - 1) with s = sqrt(1 + (r / delta)^2); the slope in delta is delta (s - 1)^2 / s."""
    ratio = r / delta
    root = np.hypot(1.0, ratio)
    above = ratio * ratio / (root + 1.0)
    return delta * above * above / root, r / root


# ------------------------------------------------------------------------------------- exponentials and their kin
@elementwise(special.exprel, domain="real")
def exprel(x):
    """(exp(x) - 1) / x is the integral of exp(s x) over s from 0 to 1, its slope that of s exp(s x) (DLMF 13.4.1)."""
    return 0.5 * special.hyp1f1(2.0, 3.0, x)


@elementwise(special.boxcox, domain=("positive", "real"))
def boxcox(x, lmbda):
    """(x^lambda - 1) / lambda is log x exprel(lambda log x)."""
    log = np.log(x)
    return x ** (lmbda - 1.0), 0.5 * log * log * special.hyp1f1(2.0, 3.0, lmbda * log)


@elementwise(special.boxcox1p, domain=("positive", "real"))
def boxcox1p(x, lmbda):
    log = np.log1p(x)
    return (1.0 + x) ** (lmbda - 1.0), 0.5 * log * log * special.hyp1f1(2.0, 3.0, lmbda * log)


@elementwise(special.cosm1, domain="real")
def cosm1(x):
    return -np.sin(x)


@elementwise(special.exp2, domain="real")
def exp2(x, *, result):
    return math.log(2.0) * result


@elementwise(special.exp10, domain="real")
def exp10(x, *, result):
    return math.log(10.0) * result


@elementwise(special.expm1, domain="real")
def expm1(x):
    return np.exp(x)


@elementwise(special.log1p, domain="positive")
def log1p(x):
    return 1.0 / (1.0 + x)


@elementwise(special.cbrt, domain="nonzero")
def cbrt(x, *, result):
    return 1.0 / (3.0 * result * result)


@elementwise(special.lambertw, wrt=("z",), cases=[case(A(3, domain="positive")), case(A(2, domain="complex"), 1)])
def lambertw(z, k=0, tol=1e-8, *, result):
    """w exp(w) = z."""
    return 1.0 / (np.exp(result) * (1.0 + result))


@elementwise(special.wrightomega, domain="real")
def wrightomega(z, *, result):
    """w + log w = z."""
    return result / (1.0 + result)
