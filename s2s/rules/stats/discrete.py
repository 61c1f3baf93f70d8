"""Derivative rules: discrete distributions, by their parameters that are real numbers.

In: distributions of `scipy.stats`.  Out: rules in `RULES` for `pmf`, `logpmf`, `cdf` and `sf`.  Numbers of events and `loc` are whole
numbers, by which there is no derivative.  What has the probability 0, because it is no number of events, has the derivative 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

from s2s.rules.cases import A, Case, case
from s2s.rules.declare import constant, elementwise
from s2s.rules.stats.families import named, over
from s2s_runtime.kernels import poisson_entropy_slope, polygamma

COUNTS, FLAGS = np.array([0, 1, 3, 4]), np.array([0, 1, 1, 0])


# --------------------------------------------------------------------------------------------------- one parameter
def one_parameter(dist: Any, name: str, slope: Callable[..., Any], by: Callable[..., Any], cases: list[Case]) -> None:
    """`slope(k, p)` of the logarithm of the probability of k events, `by(k, p)` of that of at most k."""

    def logpmf(k, a, loc=0, *, result):
        return np.where(result == -np.inf, 0.0, slope(k - loc, a))

    def pmf(k, a, loc=0, *, result):
        return result * slope(k - loc, a)

    def cdf(k, a, loc=0):
        return by(np.floor(k - loc), a)

    def sf(k, a, loc=0):
        return -by(np.floor(k - loc), a)

    for function, body in ((dist.logpmf, logpmf), (dist.pmf, pmf), (dist.cdf, cdf), (dist.sf, sf)):
        elementwise(function, wrt=(name,), cases=cases, real_only=True)(named(body, dist, name))


def poisson(k, mu):
    return over(k, mu) - 1.0


def poisson_at_most(k, mu):
    return -stats.poisson.pmf(k, mu)


def geometric(k, p):
    return 1.0 / p - over(k - 1.0, 1.0 - p)


def geometric_at_most(k, p):
    """1 - (1 - p)^k."""
    return k * stats.geom.pmf(k, p) / p


def bernoulli(k, p):
    return over(k, p) - over(1.0 - k, 1.0 - p)


def bernoulli_at_most(k, p):
    return np.where(k == 0, -1.0, 0.0) + 0.0 * p


one_parameter(stats.poisson, "mu", poisson, poisson_at_most, [
    case(COUNTS, A(4, domain="positive")), case(COUNTS, A(3, 1, domain="positive"), loc=-1), case(2, mu=A(domain="positive")),
])  # fmt: skip
one_parameter(stats.geom, "p", geometric, geometric_at_most, [
    case(COUNTS + 1, A(4, domain="probability")), case(COUNTS, A(domain="probability"), loc=-1), case(2, p=A(domain="probability")),
])  # fmt: skip
one_parameter(stats.bernoulli, "p", bernoulli, bernoulli_at_most, [
    case(FLAGS, A(4, domain="probability")), case(FLAGS + 1, A(domain="probability"), loc=1), case(1, p=A(domain="probability")),
])  # fmt: skip


# ------------------------------------------------------------------------------------------------- with a count
WITH_COUNT = [
    case(COUNTS, 4, A(4, domain="probability")),
    case(COUNTS, np.array([[5], [6]]), A(domain="probability"), loc=-1),
    case(2, n=3, p=A(domain="probability")),
]


@elementwise(stats.binom.logpmf, wrt=("p",), cases=WITH_COUNT, real_only=True)
def binom_logpmf(k, n, p, loc=0, *, result):
    hits = k - loc
    return np.where(result == -np.inf, 0.0, over(hits, p) - over(n - hits, 1.0 - p))


@elementwise(stats.binom.pmf, wrt=("p",), cases=WITH_COUNT, real_only=True)
def binom_pmf(k, n, p, loc=0, *, result):
    hits = k - loc
    return result * (over(hits, p) - over(n - hits, 1.0 - p))


@elementwise(stats.binom.cdf, wrt=("p",), cases=WITH_COUNT, real_only=True)
def binom_cdf(k, n, p, loc=0):
    """At most k of n: there are k of the first n - 1, and then one more."""
    return -n * stats.binom.pmf(np.floor(k - loc), np.maximum(n - 1, 0), p)


@elementwise(stats.binom.sf, wrt=("p",), cases=WITH_COUNT, real_only=True)
def binom_sf(k, n, p, loc=0):
    return n * stats.binom.pmf(np.floor(k - loc), np.maximum(n - 1, 0), p)


OF_FAILURES = [
    case(COUNTS, 4, A(4, domain="probability")),
    case(COUNTS, A(2, 1, domain="positive"), A(domain="probability"), loc=-1),
    case(2, n=A(domain="positive"), p=A(domain="probability")),
]


@elementwise(stats.nbinom.logpmf, wrt=("n", "p"), cases=OF_FAILURES, real_only=True)
def nbinom_logpmf(k, n, p, loc=0, *, result):
    none = result == -np.inf
    failures = np.where(none, 0.0, k - loc)
    by_n = polygamma(0, n + failures) - polygamma(0, n) + np.log(p)
    return np.where(none, 0.0, by_n), np.where(none, 0.0, n / p - over(failures, 1.0 - p))


@elementwise(stats.nbinom.pmf, wrt=("n", "p"), cases=OF_FAILURES, real_only=True)
def nbinom_pmf(k, n, p, loc=0, *, result):
    failures = np.maximum(k - loc, 0)
    by_n = polygamma(0, n + failures) - polygamma(0, n) + np.log(p)
    return result * by_n, result * (n / p - over(failures, 1.0 - p))


@elementwise(stats.nbinom.cdf, wrt=("p",), cases=OF_FAILURES[:1], real_only=True)
def nbinom_cdf(k, n, p, loc=0):
    failures = np.floor(k - loc)
    return stats.nbinom.pmf(failures, n, p) * (n + failures) / p


@elementwise(stats.nbinom.sf, wrt=("p",), cases=OF_FAILURES[:1], real_only=True)
def nbinom_sf(k, n, p, loc=0):
    failures = np.floor(k - loc)
    return -stats.nbinom.pmf(failures, n, p) * (n + failures) / p


# ------------------------------------------------------------------------------------- a chance that is drawn itself
MIXED = [
    case(COUNTS, 4, A(4, domain="positive"), A(4, domain="above one")),
    case(COUNTS, np.array([[5], [6]]), A(domain="positive"), A(domain="positive"), loc=-1),
    case(2, n=3, a=A(domain="positive"), b=A(2, 1, domain="positive")),
]


def betabinom(k, n, a, b):
    """The partials of the log density, for k from 0 to n."""
    hits = np.clip(k, 0, n)
    all_of_them = polygamma(0, n + a + b) - polygamma(0, a + b)
    by_a = polygamma(0, hits + a) - polygamma(0, a) - all_of_them
    return by_a, polygamma(0, n - hits + b) - polygamma(0, b) - all_of_them


@elementwise(stats.betabinom.logpmf, wrt=("a", "b"), cases=MIXED, real_only=True)
def betabinom_logpmf(k, n, a, b, loc=0, *, result):
    by_a, by_b = betabinom(k - loc, n, a, b)
    return np.where(result == -np.inf, 0.0, by_a), np.where(result == -np.inf, 0.0, by_b)


@elementwise(stats.betabinom.pmf, wrt=("a", "b"), cases=MIXED, real_only=True)
def betabinom_pmf(k, n, a, b, loc=0, *, result):
    by_a, by_b = betabinom(k - loc, n, a, b)
    return result * by_a, result * by_b


# --------------------------------------------------------------------------------------------------------- entropy
@elementwise(
    stats.poisson.entropy,
    wrt=("mu",),
    real_only=True,
    cases=[case(A(3, domain="positive")), case(A(2, 2, domain="above one"), 1), case(mu=A(domain="positive"))],
)
def poisson_entropy(mu, loc=0):
    return poisson_entropy_slope(1, mu)


@elementwise(poisson_entropy_slope, wrt=("mu",), real_only=True, cases=[case(1, A(3, domain="positive")), case(2, A(domain="far"))])
def poisson_entropy_slope_slope(order, mu):
    return poisson_entropy_slope(order + 1, mu)


OF_COUNTS = stats.poisson, stats.geom, stats.bernoulli, stats.binom, stats.nbinom, stats.betabinom
constant(*(dist.ppf for dist in OF_COUNTS), *(dist.isf for dist in OF_COUNTS), reason="steps")
