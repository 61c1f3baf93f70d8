"""Derivative rules: inverses of power transformations, powers, softplus, angles in degrees, line shapes.

In: functions of `scipy.special`.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from s2s.rules.cases import A, case
from s2s.rules.declare import elementwise
from s2s_runtime.kernels import gammainc_by_a, wofz_slope, zeta_slope


@elementwise(special.inv_boxcox, real_only=True, domain=("positive", "probability"))
def inv_boxcox(y, lmbda, *, result):
    """At boxcox(x) = y the slopes of boxcox, turned around."""
    log, slope = np.log(result), result ** (1.0 - lmbda)
    return slope, -0.5 * log * log * special.hyp1f1(2.0, 3.0, lmbda * log) * slope


@elementwise(special.inv_boxcox1p, real_only=True, domain=("positive", "probability"))
def inv_boxcox1p(y, lmbda, *, result):
    log, slope = np.log1p(result), (1.0 + result) ** (1.0 - lmbda)
    return slope, -0.5 * log * log * special.hyp1f1(2.0, 3.0, lmbda * log) * slope


@elementwise(special.powm1, real_only=True, domain=("positive", "real"))
def powm1(x, y):
    return y * x ** (y - 1.0), np.log(x) * x**y


@elementwise(special.softplus, real_only=True, domain="real")
def softplus(x):
    return special.expit(x)


@elementwise(special.sindg, real_only=True, domain="real")
def sindg(x):
    return np.pi / 180.0 * special.cosdg(x)


@elementwise(special.cosdg, real_only=True, domain="real")
def cosdg(x):
    return -np.pi / 180.0 * special.sindg(x)


@elementwise(special.tandg, real_only=True, domain="real")
def tandg(x, *, result):
    return np.pi / 180.0 * (1.0 + result * result)


@elementwise(special.cotdg, real_only=True, domain="nonzero")
def cotdg(x, *, result):
    return -np.pi / 180.0 * (1.0 + result * result)


@elementwise(special.zetac, real_only=True, wrt=("x",), cases=[case(A(3, domain="above one")), case(A(domain="below minus one"))])
def zetac(x):
    return zeta_slope(1, x)


@elementwise(special.ndtri_exp, real_only=True, domain="below minus one")
def ndtri_exp(y, *, result):
    """The quantile of exp(y)."""
    return math.sqrt(2.0 * math.pi) * np.exp(y + 0.5 * result * result)


# --------------------------------------------------------------------------------------------------------- line shapes
@elementwise(
    special.voigt_profile,
    wrt=("x", "sigma", "gamma"),
    real_only=True,
    cases=[
        case(A(3), A(3, domain="positive"), A(3, domain="positive")),
        case(A(2, 1), A(2, domain="above one"), A(domain="positive")),
        case(A(), 0.7, A(domain="positive")),
    ],
)
def voigt_profile(x, sigma, gamma):
    """The real part of w(z) / (sigma sqrt(2 pi)), where z is (x + i gamma) / (sigma sqrt(2)).  It spreads with sigma as heat does."""
    z = (x + 1j * gamma) / (math.sqrt(2.0) * sigma)
    slope, bend = wofz_slope(1, z), wofz_slope(2, z)
    scale = 2.0 * math.sqrt(np.pi) * sigma * sigma
    return np.real(slope) / scale, math.sqrt(0.5) * np.real(bend) / scale, -np.imag(slope) / scale


@elementwise(wofz_slope, wrt=("z",), cases=[case(1, A(3, domain="complex")), case(2, A(domain="complex"))])
def wofz_slope_slope(order, z):
    return wofz_slope(order + 1, z)


# -------------------------------------------------------------------------------------------------------- distributions
OF_COUNTS = [case(2.0, 6, A(3, domain="probability")), case(0.0, 3, A(domain="probability"))]


@elementwise(special.bdtr, real_only=True, wrt=("p",), cases=OF_COUNTS)
def bdtr(k, n, p):
    """The probability of at most k of n events, each of which has the probability p."""
    whole = np.floor(k)
    return -(n - whole) * special.binom(n, whole) * p**whole * (1.0 - p) ** (n - whole - 1.0)


@elementwise(special.bdtrc, real_only=True, wrt=("p",), cases=OF_COUNTS)
def bdtrc(k, n, p):
    whole = np.floor(k)
    return (n - whole) * special.binom(n, whole) * p**whole * (1.0 - p) ** (n - whole - 1.0)


def fisher(dfn, dfd, x):
    """The density of a ratio of two variances."""
    half, other = 0.5 * dfn, 0.5 * dfd
    log = half * np.log(dfn / dfd) + (half - 1.0) * np.log(x) - (half + other) * np.log1p(dfn * x / dfd)
    return np.exp(log - special.betaln(half, other))


FISHER = [case(3.0, 4.0, A(3, domain="positive")), case(2.0, 5.0, A(domain="positive"))]


@elementwise(special.fdtr, real_only=True, wrt=("x",), cases=FISHER)
def fdtr(dfn, dfd, x):
    return fisher(dfn, dfd, x)


@elementwise(special.fdtrc, real_only=True, wrt=("x",), cases=FISHER)
def fdtrc(dfn, dfd, x):
    return -fisher(dfn, dfd, x)


@elementwise(special.gdtr, real_only=True, domain=("positive", "positive", "positive"))
def gdtr(a, b, x):
    """The incomplete gamma function of b at a x."""
    density = np.exp((b - 1.0) * np.log(a * x) - a * x - special.gammaln(b))
    return x * density, gammainc_by_a(b, a * x), a * density


@elementwise(special.gdtrc, real_only=True, domain=("positive", "positive", "positive"))
def gdtrc(a, b, x):
    density = np.exp((b - 1.0) * np.log(a * x) - a * x - special.gammaln(b))
    return -x * density, -gammainc_by_a(b, a * x), -a * density


# ---------------------------------------------------------------------------------------------------------- by order
ORDERS = [case(0, A(3, domain="positive")), case(2, A(2, 3, domain="positive")), case(1.5, A(domain="positive"))]


@elementwise(special.jve, real_only=True, wrt=("z",), cases=ORDERS)
def jve(v, z):
    """Of real z the function itself."""
    return 0.5 * (special.jve(v - 1, z) - special.jve(v + 1, z))


@elementwise(special.yve, real_only=True, wrt=("z",), cases=ORDERS)
def yve(v, z):
    return 0.5 * (special.yve(v - 1, z) - special.yve(v + 1, z))


@elementwise(special.struve, wrt=("x",), real_only=True, cases=ORDERS)
def struve(v, x):
    """H_(v-1) - H_v' is v H_v / x, and H_(v-1) + H_(v+1) has a power beside it (DLMF 11.4.25 and 27)."""
    power = (0.5 * x) ** v * special.rgamma(v + 1.5) / math.sqrt(math.pi)
    return 0.5 * (special.struve(v - 1, x) - special.struve(v + 1, x) + power)


@elementwise(special.modstruve, wrt=("x",), real_only=True, cases=ORDERS)
def modstruve(v, x):
    power = (0.5 * x) ** v * special.rgamma(v + 1.5) / math.sqrt(math.pi)
    return 0.5 * (special.modstruve(v - 1, x) + special.modstruve(v + 1, x) + power)
