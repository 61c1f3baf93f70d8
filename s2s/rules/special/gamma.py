"""Derivative rules: gamma and beta functions, and what counts with them.

In: functions of `scipy.special`.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from s2s.rules.cases import A, case
from s2s.rules.declare import constant, elementwise
from s2s.rules.when import is_one_of
from s2s_runtime.kernels import polygamma, zeta_slope


@elementwise(special.gamma, domain="positive")
def gamma(x, *, result):
    return result * polygamma(0, x)


@elementwise(
    special.factorial,
    wrt=("n",),
    real_only=True,
    when=lambda n, exact, extend: is_one_of(exact, False) and is_one_of(extend, "zero"),
    cases=[case(A(3, domain="positive")), case(A(2, 2, domain="above one"), False), case(A(2, domain="below minus one"))],
)
def factorial(n, exact=False, extend="zero", *, result):
    """The gamma function at n + 1; of negative numbers 0."""
    return result * polygamma(0, np.where(n < 0, 0.0, n) + 1.0)


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


@elementwise(special.loggamma, domain="positive")
def loggamma(z):
    return special.digamma(z)


@elementwise(special.rgamma, real_only=True, domain="real")
def rgamma(x, *, result):
    """1 / Gamma(x), which is sin(pi x) Gamma(1 - x) / pi: that has a slope also at the poles of digamma."""
    left = x < 0.5
    far, turned = np.where(left, 1.0, x), 1.0 - np.where(left, x, 0.0)
    there = special.gamma(turned) * (np.cos(np.pi * x) - np.sin(np.pi * x) * polygamma(0, turned) / np.pi)
    return np.where(left, there, -polygamma(0, far) * result)


@elementwise(special.poch, domain=("positive", "positive"))
def poch(z, m, *, result):
    both = polygamma(0, z + m)
    return result * (both - polygamma(0, z)), result * both


@elementwise(special.binom, domain=("above one", "probability"))
def binom(n, k, *, result):
    rest = polygamma(0, n - k + 1.0)
    return result * (polygamma(0, n + 1.0) - rest), result * (rest - polygamma(0, k + 1.0))


@elementwise(
    special.multigammaln, wrt=("a",), cases=[case(A(3, domain="above one"), 2), case(A(domain="above one"), 3)]
)
def multigammaln(a, d):
    return np.sum(polygamma(0, np.expand_dims(a, -1) - 0.5 * np.arange(d)), axis=-1)


@elementwise(special.zeta, wrt=("x",), real_only=True, cases=[case(A(3, domain="above one")), case(A(domain="below minus one"))])
def riemann_zeta(x):
    return zeta_slope(1, x)


@elementwise(
    special.zeta,
    wrt=("x", "q"),
    real_only=True,
    cases=[
        case(A(3, domain="above one"), A(3, domain="positive")),
        case(2.0, A(3, domain="positive")),
        case(A(2, 1, domain="above one"), A(2, domain="positive")),
    ],
)
def zeta(x, q):
    return zeta_slope(1, x, q), -x * special.zeta(x + 1.0, q)


@elementwise(zeta_slope, wrt=("x",), real_only=True, cases=[case(1, A(3, domain="above one")), case(2, A(domain="below minus one"))])
def riemann_zeta_slope(order, x):
    return zeta_slope(order + 1, x)


@elementwise(
    zeta_slope,
    wrt=("x", "q"),
    real_only=True,
    cases=[case(1, A(3, domain="above one"), A(3, domain="positive")), case(2, A(domain="above one"), A(2, domain="positive"))],
)
def zeta_slope_slope(order, x, q):
    """By q that of -x zeta(x + 1, q)."""
    return zeta_slope(order + 1, x, q), -x * zeta_slope(order, x + 1.0, q) - order * zeta_slope(np.maximum(order - 1, 0), x + 1.0, q)


constant(special.gammasgn, reason="steps")
constant(special.bernoulli, special.euler, reason="numbers of a count")


# ------------------------------------------------------------------------------------------------------- counting
@elementwise(
    special.comb,
    real_only=True,
    when=lambda N, k, exact, repetition: is_one_of(exact, False) and is_one_of(repetition, False),
    cases=[case(A(3, domain="above one"), A(3, domain="probability")), case(A(domain="above one"), A(2, 1, domain="probability"))],
)
def comb(N, k, *, exact=False, repetition=False, result):
    """The binomial coefficient; where it is 0, because k is less than 0 or more than N, it stays so."""
    some = (k >= 0) & (k <= N)
    over, under, rest = np.where(some, N, 1.0), np.where(some, k, 0.5), np.where(some, N - k, 0.5)
    last = polygamma(0, rest + 1.0)
    return result * (polygamma(0, over + 1.0) - last), result * (last - polygamma(0, under + 1.0))
