"""Derivative rules: continuous distributions on the whole line, and on an interval.

In: distributions of `scipy.stats`.  Out: rules in `RULES` for their methods `pdf`, `logpdf`, `cdf`, `logcdf`, `sf`, `logsf`,
`ppf` and `isf`, made by `families` of how the standard log density moves.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special, stats

from s2s.rules.cases import A
from s2s.rules.stats.families import (
    calls,
    cumulative_of_one_shape,
    cumulative_of_two_shapes,
    cumulative_without_shape,
    of_one_shape,
    of_two_shapes,
    over,
    without_shape,
)
from s2s_runtime.kernels import betainc_by_a, betainc_by_b, gammainc_by_a, polygamma

REAL, QUANTILES = calls("real"), calls("probability")


# ------------------------------------------------------------------------------------------------- the whole line
def normal(z):
    return -z, 1.0 - z * z


def cauchy(z):
    slope = -2.0 * z / (1.0 + z * z)
    return slope, 1.0 + z * slope


def laplace(z):
    return -np.sign(z), 1.0 - np.abs(z)


def logistic(z):
    slope = -np.tanh(0.5 * z)
    return slope, 1.0 + z * slope


def gumbel_r(z):
    slope = np.expm1(-z)
    return slope, 1.0 + z * slope


def gumbel_l(z):
    slope = -np.expm1(z)
    return slope, 1.0 + z * slope


for dist, slopes in (
    (stats.norm, normal), (stats.cauchy, cauchy), (stats.laplace, laplace), (stats.logistic, logistic),
    (stats.gumbel_r, gumbel_r), (stats.gumbel_l, gumbel_l),
):  # fmt: skip
    without_shape(dist, slopes, cases=REAL, everywhere=True)
    cumulative_without_shape(dist, cases=REAL, inverse=QUANTILES)


def student(z, df):
    """The log density is that of a kernel (1 + z^2 / df)^(-(df + 1) / 2), and of gamma functions."""
    square = z * z / df
    slope = -(1.0 + 1.0 / df) * z / (1.0 + square)
    norm = polygamma(0, 0.5 * (df + 1.0)) - polygamma(0, 0.5 * df) - 1.0 / df
    return slope, 1.0 + z * slope, 0.5 * (norm - np.log1p(square) - z * slope / df)


def student_by_df(z, df):
    """P(T <= z) is 1 - I_x(df / 2, 1 / 2) / 2 for positive z, at x = df / (df + z^2)."""
    x = df / (df + z * z)
    density = np.exp(0.5 * df * np.log(x) - special.betaln(0.5 * df, 0.5)) / df
    moved = 0.5 * betainc_by_a(0.5 * df, 0.5, x) + density * np.abs(z) / np.sqrt(df + z * z)
    return -0.5 * np.sign(z) * moved


def von_mises(z, kappa):
    slope = -kappa * np.sin(z)
    return slope, 1.0 + z * slope, np.cos(z) - special.i1e(kappa) / special.i0e(kappa)


STUDENT = [A(domain="above one")]
of_one_shape(stats.t, "df", student, cases=calls("real", *STUDENT), everywhere=True)
cumulative_of_one_shape(
    stats.t, "df", student_by_df, cases=calls("nonzero", *STUDENT), inverse=calls("quantile", *STUDENT)
)
of_one_shape(stats.vonmises, "kappa", von_mises, cases=calls("real", A(domain="positive")), everywhere=True)


def generalised(z, beta):
    """The log density is that of beta exp(-|z|^beta) / (2 gamma(1 / beta))."""
    size = np.abs(z)
    power = size**beta
    slope = -beta * np.sign(z) * size ** (beta - 1.0)
    by_beta = 1.0 / beta + polygamma(0, 1.0 / beta) / (beta * beta) - special.xlogy(power, size)
    return slope, 1.0 - beta * power, by_beta


def generalised_by_beta(z, beta):
    """P(X <= z) is 1 / 2, and half of the incomplete gamma function of 1 / beta at |z|^beta."""
    order, power = 1.0 / beta, np.abs(z) ** beta
    moved = np.exp(special.xlogy(order - 1.0, power) - power - special.gammaln(order)) * special.xlogy(power, np.abs(z))
    return 0.5 * np.sign(z) * (moved - gammainc_by_a(order, power) * order * order)


of_one_shape(stats.gennorm, "beta", generalised, cases=calls("nonzero", *STUDENT), everywhere=True)
cumulative_of_one_shape(
    stats.gennorm, "beta", generalised_by_beta, cases=calls("nonzero", *STUDENT), inverse=calls("quantile", *STUDENT)
)


# ---------------------------------------------------------------------------------------------------- an interval
def wrapped_cauchy(z, c):
    inside = (z >= 0) & (z <= 2.0 * math.pi)
    below = 1.0 + c * c - 2.0 * c * np.cos(z)
    slope = np.where(inside, -2.0 * c * np.sin(z) / below, 0.0)
    by_c = -2.0 * c / (1.0 - c * c) - 2.0 * (c - np.cos(z)) / below
    return slope, np.where(inside, 1.0 + z * slope, 0.0), np.where(inside, by_c, 0.0)


of_one_shape(stats.wrapcauchy, "c", wrapped_cauchy, cases=calls("positive", A(domain="probability")))


def uniform(z):
    inside = (z >= 0) & (z <= 1)
    return 0.0 * z, np.where(inside, 1.0, 0.0)


IN_ONE = calls("probability")
without_shape(stats.uniform, uniform, cases=IN_ONE)
cumulative_without_shape(stats.uniform, cases=IN_ONE, inverse=QUANTILES)


def beta(z, a, b):
    inside = (z >= 0) & (z <= 1)
    safe = np.where(inside, z, 0.5)
    from_below, from_above = over(a - 1.0, safe), over(b - 1.0, 1.0 - safe)
    both = polygamma(0, a + b)
    by_a, by_b = np.log(safe) - polygamma(0, a) + both, np.log1p(-safe) - polygamma(0, b) + both
    stretched = np.where(inside, a - safe * from_above, 0.0)
    return np.where(inside, from_below - from_above, 0.0), stretched, np.where(inside, by_a, 0.0), np.where(inside, by_b, 0.0)


def beta_by_shapes(z, a, b):
    x = np.clip(z, 0.0, 1.0)
    return betainc_by_a(a, b, x), betainc_by_b(a, b, x)


SHAPES = A(domain="above one"), A(domain="above one")
of_two_shapes(stats.beta, "a", "b", beta, cases=calls("probability", *SHAPES))
cumulative_of_two_shapes(
    stats.beta,
    "a",
    "b",
    beta_by_shapes,
    cases=calls("probability", *SHAPES),
    inverse=calls("probability", *SHAPES),
)


# ------------------------------------------------------------------------------------------- a normal, cut off
HALF_LOG = 0.5 * math.log(2.0 * math.pi)


def cut_off(a, b):
    """The densities of a normal distribution at both ends, divided by the mass between them, which is that of the lighter tail."""
    upper, lower = np.where(a > 0, -a, b), np.where(a > 0, -b, a)
    outer = special.log_ndtr(upper)
    log_mass = outer + np.log1p(-np.exp(special.log_ndtr(lower) - outer)) + HALF_LOG
    return np.exp(-0.5 * a * a - log_mass), np.exp(-0.5 * b * b - log_mass)


def truncated(z, a, b):
    inside = (z >= a) & (z <= b)
    low, high = cut_off(a, b)
    slope, stretched = np.where(inside, -z, 0.0), np.where(inside, 1.0 - z * z, 0.0)
    return slope, stretched, np.where(inside, low, 0.0), np.where(inside, -high, 0.0)


def truncated_by_ends(z, a, b):
    """F is the mass between a and z divided by that between a and b."""
    low, high = cut_off(a, b)
    inside = (z >= a) & (z <= b)
    share = stats.truncnorm.cdf(z, a, b)
    return np.where(inside, -low * (1.0 - share), 0.0), np.where(inside, -high * share, 0.0)


ENDS = A(domain="below minus one"), A(domain="above one")
of_two_shapes(stats.truncnorm, "a", "b", truncated, cases=calls("unit", *ENDS))
cumulative_of_two_shapes(
    stats.truncnorm, "a", "b", truncated_by_ends, cases=calls("unit", *ENDS), inverse=calls("probability", *ENDS)
)
