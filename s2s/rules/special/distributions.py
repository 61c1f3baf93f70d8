"""Derivative rules: distribution functions, by their argument: the slope is the density.

In: functions of `scipy.special`.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from s2s.rules.cases import A, case
from s2s.rules.declare import elementwise


def student_cases():
    return [case(3.0, A(3)), case(2.0, A(2, 3)), case(5, A())]


@elementwise(special.stdtr, wrt=("t",), cases=student_cases())
def stdtr(df, t):
    norm = special.gammaln(0.5 * (df + 1.0)) - special.gammaln(0.5 * df) - 0.5 * np.log(math.pi * df)
    return np.exp(norm - 0.5 * (df + 1.0) * np.log1p(t * t / df))


@elementwise(
    special.stdtrit, wrt=("p",), cases=[case(3.0, A(3, domain="probability")), case(5.0, A(domain="probability"))]
)
def stdtrit(df, p, *, result):
    norm = special.gammaln(0.5 * (df + 1.0)) - special.gammaln(0.5 * df) - 0.5 * np.log(math.pi * df)
    return np.exp(0.5 * (df + 1.0) * np.log1p(result * result / df) - norm)


@elementwise(special.chdtr, wrt=("x",), cases=[case(3.0, A(3, domain="positive")), case(5.0, A(domain="positive"))])
def chdtr(v, x):
    return 0.5 * np.exp((0.5 * v - 1.0) * np.log(0.5 * x) - 0.5 * x - special.gammaln(0.5 * v))


@elementwise(special.chdtrc, wrt=("x",), cases=[case(3.0, A(3, domain="positive")), case(5.0, A(domain="positive"))])
def chdtrc(v, x):
    return -0.5 * np.exp((0.5 * v - 1.0) * np.log(0.5 * x) - 0.5 * x - special.gammaln(0.5 * v))


@elementwise(special.pdtr, wrt=("m",), cases=[case(3.0, A(3, domain="positive")), case(0.0, A(domain="positive"))])
def pdtr(k, m):
    """The probability of at most k events, of which m are expected."""
    whole = np.floor(k)
    return -np.exp(whole * np.log(m) - m - special.gammaln(whole + 1.0))


@elementwise(special.pdtrc, wrt=("m",), cases=[case(3.0, A(3, domain="positive")), case(0.0, A(domain="positive"))])
def pdtrc(k, m):
    whole = np.floor(k)
    return np.exp(whole * np.log(m) - m - special.gammaln(whole + 1.0))


@elementwise(special.owens_t, domain=("real", "real"))
def owens_t(h, a):
    """T(h, a) is the integral of exp(-h^2 (1 + t^2) / 2) / (1 + t^2) / (2 pi) from 0 to a."""
    by_h = -np.exp(-0.5 * h * h) * special.erf(a * h / math.sqrt(2.0)) / (2.0 * math.sqrt(2.0 * math.pi))
    return by_h, np.exp(-0.5 * h * h * (1.0 + a * a)) / (2.0 * math.pi * (1.0 + a * a))
