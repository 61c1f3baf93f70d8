"""Derivative rules: incomplete gamma and beta functions, and their inverses, by all their parameters.

In: functions of `scipy.special`.  Out: their rules in `RULES`.  By the argument the slope is a density; by the others it is a
series, of which the kernels give first and second derivatives: a third one by `a` or `b` is refused.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from s2s.rules.cases import A, case
from s2s.rules.declare import elementwise
from s2s.rules.when import is_one_of
from s2s_runtime.kernels import betainc_by_a, betainc_by_b, betainc_twice, gammainc_by_a, polygamma

OF_GAMMA = [
    case(1.5, A(3, domain="positive")),
    case(A(3, domain="positive"), A(3, domain="positive")),
    case(A(domain="above one"), A(2, 3, domain="positive")),
]
OF_BETA = [
    case(1.5, 2.5, A(3, domain="probability")),
    case(2.0, 0.5, A(domain="probability")),
    case(A(3, domain="positive"), A(3, domain="positive"), A(3, domain="probability")),
    case(A(domain="above one"), A(2, 1, domain="positive"), A(3, domain="probability")),
]
INVERSE_OF_GAMMA = [case(A(3, domain="above one"), A(3, domain="probability")), case(2.0, A(domain="probability"))]
INVERSE_OF_BETA = [
    case(A(3, domain="above one"), A(3, domain="above one"), A(3, domain="probability")),
    case(2.0, 3.0, A(domain="probability")),
]


# ----------------------------------------------------------------------------------------------------------- gamma
@elementwise(special.gammainc, cases=OF_GAMMA)
def gammainc(a, x):
    return gammainc_by_a(a, x), np.exp((a - 1.0) * np.log(x) - x - special.gammaln(a))


@elementwise(special.gammaincc, cases=OF_GAMMA)
def gammaincc(a, x):
    return -gammainc_by_a(a, x), -np.exp((a - 1.0) * np.log(x) - x - special.gammaln(a))


@elementwise(
    gammainc_by_a, real_only=True, wrt=("a", "x"), when=lambda a, x, order: is_one_of(order, 1), cases=OF_GAMMA
)
def gammainc_slope(a, x, order=1):
    moved = np.log(x) - polygamma(0, a)
    return gammainc_by_a(a, x, 2), np.exp((a - 1.0) * np.log(x) - x - special.gammaln(a)) * moved


@elementwise(
    gammainc_by_a,
    real_only=True,
    wrt=("x",),
    when=lambda a, x, order: is_one_of(order, 2),
    cases=[case(1.5, A(3, domain="positive"), 2)],
)
def gammainc_bend(a, x, order=1):
    moved = np.log(x) - polygamma(0, a)
    return np.exp((a - 1.0) * np.log(x) - x - special.gammaln(a)) * (moved * moved - polygamma(1, a))


@elementwise(special.gammaincinv, cases=INVERSE_OF_GAMMA)
def gammaincinv(a, y, *, result):
    """The density is what x moves by; the slope by a that of the function which is inverted."""
    slope = np.exp(result - (a - 1.0) * np.log(result) + special.gammaln(a))
    return -gammainc_by_a(a, result) * slope, slope


@elementwise(special.gammainccinv, cases=INVERSE_OF_GAMMA)
def gammainccinv(a, y, *, result):
    slope = np.exp(result - (a - 1.0) * np.log(result) + special.gammaln(a))
    return -gammainc_by_a(a, result) * slope, -slope


# ------------------------------------------------------------------------------------------------------------ beta
@elementwise(special.betainc, cases=OF_BETA)
def betainc(a, b, x):
    density = np.exp((a - 1.0) * np.log(x) + (b - 1.0) * np.log1p(-x) - special.betaln(a, b))
    return betainc_by_a(a, b, x), betainc_by_b(a, b, x), density


@elementwise(special.betaincc, cases=OF_BETA)
def betaincc(a, b, x):
    density = np.exp((a - 1.0) * np.log(x) + (b - 1.0) * np.log1p(-x) - special.betaln(a, b))
    return -betainc_by_a(a, b, x), -betainc_by_b(a, b, x), -density


@elementwise(betainc_by_a, real_only=True, cases=OF_BETA)
def betainc_slope_by_a(a, b, x):
    density = np.exp((a - 1.0) * np.log(x) + (b - 1.0) * np.log1p(-x) - special.betaln(a, b))
    moved = np.log(x) - polygamma(0, a) + polygamma(0, a + b)
    return betainc_twice(a, b, x, "aa"), betainc_twice(a, b, x, "ab"), density * moved


@elementwise(betainc_by_b, real_only=True, cases=OF_BETA)
def betainc_slope_by_b(a, b, x):
    density = np.exp((a - 1.0) * np.log(x) + (b - 1.0) * np.log1p(-x) - special.betaln(a, b))
    moved = np.log1p(-x) - polygamma(0, b) + polygamma(0, a + b)
    return betainc_twice(a, b, x, "ab"), betainc_twice(a, b, x, "bb"), density * moved


@elementwise(
    special.betaincinv, cases=INVERSE_OF_BETA
)
def betaincinv(a, b, y, *, result):
    slope = np.exp(special.betaln(a, b) - (a - 1.0) * np.log(result) - (b - 1.0) * np.log1p(-result))
    return -betainc_by_a(a, b, result) * slope, -betainc_by_b(a, b, result) * slope, slope


@elementwise(special.betainccinv, cases=INVERSE_OF_BETA)
def betainccinv(a, b, y, *, result):
    slope = np.exp(special.betaln(a, b) - (a - 1.0) * np.log(result) - (b - 1.0) * np.log1p(-result))
    return -betainc_by_a(a, b, result) * slope, -betainc_by_b(a, b, result) * slope, -slope
