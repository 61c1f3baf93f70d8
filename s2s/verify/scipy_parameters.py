"""What functions mean that move with a parameter: zeta functions, elliptic functions, harmonics on the sphere, counts that are drawn.

In: `Scalar`s.  Out: `Scalar`s.  Those without an expression are computed in many digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special, stats

from s2s.rules.cases import A, Case
from s2s.verify.arrays import MEANINGS, each, objects, symbols
from s2s.verify.distributions import Standard, method
from s2s.verify.elementary import absolute, exp, log
from s2s.verify.lifting import OTHERWISE
from s2s.verify.scalar import mp, scalar
from s2s.verify.special import BY_SPECIAL_NAME, betaln, binom, digits, gamma, xlogy
from s2s_runtime import kernels

ive, kve, dawsn = (BY_SPECIAL_NAME[name] for name in ("ive", "kve", "dawsn"))


# ------------------------------------------------------------------------------------------------------ in one variable
def dawsn_slope(order: Any, x: Any) -> Any:
    """D^(n+1) = -2 x D^(n) - 2 n D^(n-1), and D' = 1 - 2 x D."""
    before, value = scalar(0), dawsn(x)
    for n in range(int(order)):
        before, value = value, scalar(int(n == 0)) - 2 * scalar(x) * value - 2 * n * before
    return value


def differences(function: Callable[..., Any], order: int, v: Any, x: Any, sign: int) -> Any:
    """A derivative of exp(x) or exp(-x) times a Bessel function, by those of neighbouring orders."""
    orders = (scalar(v) + order - k for k in range(2 * order + 1))
    whole = scalar(v).value == int(scalar(v).value)
    terms = (sign**k * math.comb(2 * order, k) * function(absolute(n) if whole else n, x) for k, n in enumerate(orders))
    return sum(terms, scalar(0)) / 2**order


def ive_slope(order: Any, v: Any, z: Any) -> Any:
    return differences(ive, int(order), v, z, -1 if scalar(z) > 0 else 1)


def kve_slope(order: Any, v: Any, z: Any) -> Any:
    return differences(kve, int(order), v, z, -1) * (-1) ** int(order)


def zeta(x: Any, q: Any = 1) -> Any:
    return digits(mp.zeta)(x, q)


def zeta_of_order(x: Any, q: Any, order: Any) -> Any:
    return mp.zeta(x, q, int(order)) if order <= 2 else mp.diff(lambda s: mp.zeta(s, q), x, int(order))


def zeta_slope(order: Any, x: Any, q: Any = 1) -> Any:
    return digits(zeta_of_order)(x, q, order)


def sd_power(k: Any, u: Any, m: Any) -> Any:
    """2^k / (1 3 ... (2 k - 1)) times the derivative of order k, by m, of the elliptic integral of the first kind."""
    k = int(k)
    amplitude = mp.atan2(mp.ellipfun("sn", u, m=m), mp.ellipfun("cn", u, m=m))
    return mp.diff(lambda n: mp.ellipf(amplitude, n), m, k) * mp.mpf(2) ** k / mp.fac2(2 * k - 1)


def sd_integral(k: Any, u: Any, m: Any) -> Any:
    return digits(sd_power)(k, u, m)


def harmonic(n: Any, m: Any, theta: Any, phi: Any) -> Any:
    return mp.spherharm(int(n), int(m), theta, phi) if abs(m) <= n else mp.mpc(0)


# ---------------------------------------------------------------------------------------------------------------- counts
def terms(mu: Any) -> range:
    return range(int(mu + 40 * mp.sqrt(mu) + 120))


def chance(k: int, mu: Any) -> Any:
    return mp.exp(k * mp.log(mu) - mu - mp.loggamma(k + 1))


def entropy(mu: Any) -> Any:
    return -mp.fsum(p * mp.log(p) for p in (chance(k, mu) for k in terms(mu)))


def entropy_slope(order: Any, mu: Any) -> Any:
    """Differences of log(k + 1), less the derivative of log(mu)."""
    n = int(order) - 1
    found = mp.fsum(
        chance(k, mu) * mp.fsum((-1) ** (n - j) * math.comb(n, j) * mp.log(k + j + 1) for j in range(n + 1)) for k in terms(mu)
    )
    return found - (mp.log(mu) if n == 0 else (-1) ** (n - 1) * mp.factorial(n - 1) / mu**n)


def betabinom(k: Any, n: Any, a: Any, b: Any) -> Any:
    return binom(n, k) * exp(betaln(k + a, n - k + b) - betaln(a, b))


def completed_shares(p: Any) -> Any:
    """The last chance is what the others leave."""
    others = objects(p)[..., :-1]
    return symbols(np.concatenate((others, 1 - np.sum(others, axis=-1, keepdims=True)), axis=-1))


def multinomial(x: Any, n: Any, p: Any) -> Any:
    """n! / (x! ...) p^x ..."""
    shares, counts = completed_shares(p), np.asarray(x)
    found = np.sum(each(lambda k, q: xlogy(k, q) - log(gamma(scalar(k) + 1)), counts, shares), axis=-1) + log(gamma(scalar(n) + 1))
    return each(lambda some, value: value if some else log(scalar(0)), np.sum(counts, axis=-1) == n, symbols(found))


MEANINGS.update({
    kernels.dawsn_slope: dawsn_slope, kernels.ive_slope: ive_slope, kernels.kve_slope: kve_slope, kernels.zeta_slope: zeta_slope,
    kernels.sd_integral: sd_integral, kernels.poisson_entropy_slope: digits(entropy_slope), special.zeta: zeta,
    special.sph_harm_y: digits(harmonic),
})  # fmt: skip
OTHERWISE.update({
    getattr(stats.betabinom, name): method(stats.betabinom, Standard(betabinom), name) for name in ("pmf", "logpmf")
})  # fmt: skip
OTHERWISE.update({
    stats.poisson.entropy: lambda mu, loc=0: each(digits(entropy), mu), stats.multinomial.logpmf: multinomial,
    stats.multinomial.pmf: lambda x, n, p: each(exp, multinomial(x, n, p)), kernels.completed_shares: completed_shares,
})  # fmt: skip


OF_COUNTS: dict[Any, list[Case]] = {
    stats.betabinom.logpmf: [Case((-2, 4, A(domain="positive"), A(domain="positive")))],
    stats.multinomial.logpmf: [Case((np.array([2, 2]), 3, A(2, domain="shares")))],
    stats.multinomial.pmf: [Case((np.array([2, 2]), 3, A(2, domain="shares")))],
}
"""Calls with a count that has no chance."""
