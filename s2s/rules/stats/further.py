"""Derivative rules: continuous distributions of extremes and exceedances, of lifetimes, skew ones, and their like.

In: distributions of `scipy.stats`.  Out: rules in `RULES` for their methods, as in `continuous`.  The distributions of extremes have a
shape that may be 0, where what divides by it has a limit: log(1 + u) / u and its slopes are hypergeometric functions.
"""

from __future__ import annotations

import math
from typing import Any

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
from s2s_runtime.kernels import gammainc_by_a, polygamma

REAL, POSITIVE, QUANTILES = calls("real"), calls("positive"), calls("probability")
SHAPE = A(domain="above one")


def curved(u):
    """(log(1 + u) - u / (1 + u)) / u^2."""
    return 0.5 * special.hyp2f1(2.0, 2.0, 3.0, -u)


def bell(z):
    return np.exp(-0.5 * z * z) / math.sqrt(2.0 * np.pi)


# -------------------------------------------------------------------------------------------------------- no shape
def maxwell(z):
    inside = z >= 0
    safe = np.where(inside, z, 1.0)
    return np.where(inside, 2.0 / safe - safe, 0.0), np.where(inside, 3.0 - safe * safe, 0.0)


def hyperbolic_secant(z):
    slope = -np.tanh(z)
    return slope, 1.0 + z * slope


def moyal(z):
    slope = 0.5 * np.expm1(-z)
    return slope, 1.0 + z * slope


without_shape(stats.maxwell, maxwell, cases=POSITIVE)
cumulative_without_shape(stats.maxwell, cases=POSITIVE, inverse=QUANTILES)
WITHOUT_SHAPE: list[Any] = [(stats.hypsecant, hyperbolic_secant), (stats.moyal, moyal)]
for dist, slopes in WITHOUT_SHAPE:
    without_shape(dist, slopes, cases=REAL)
    cumulative_without_shape(dist, cases=REAL, inverse=QUANTILES)


# -------------------------------------------------------------------------------------------------------- extremes
def pareto_of_exceedances(z, c):
    """Of z >= 0 and 1 + c z > 0 the density is (1 + c z)^(-1 - 1 / c)."""
    inside = (z >= 0) & (1.0 + c * z > 0)
    safe = np.where(inside, z, 0.0)
    grown = 1.0 + c * safe
    slope = np.where(inside, -(1.0 + c) / grown, 0.0)
    by_c = safe * safe * curved(c * safe) - safe / grown
    return slope, np.where(inside, 1.0 + safe * slope, 0.0), np.where(inside, by_c, 0.0)


def pareto_of_exceedances_by_shape(z, c):
    inside = (z >= 0) & (1.0 + c * z > 0)
    safe = np.where(inside, z, 0.0)
    return -stats.genpareto.sf(safe, c) * np.where(inside, safe * safe * curved(c * safe), 0.0)


def generalised_extreme(z, c):
    """With L = log(1 - c z) / c the density is exp((1 - c) L - exp(L))."""
    inside = 1.0 - c * z > 0
    safe = np.where(inside, z, 0.0)
    log = -safe * special.hyp2f1(1.0, 1.0, 2.0, c * safe)
    rest = 1.0 - c - np.exp(log)
    slope = np.where(inside, -rest / (1.0 - c * safe), 0.0)
    by_c = -safe * safe * curved(-c * safe) * rest - log
    return slope, np.where(inside, 1.0 + safe * slope, 0.0), np.where(inside, by_c, 0.0)


def generalised_extreme_by_shape(z, c):
    inside = 1.0 - c * z > 0
    safe = np.where(inside, z, 0.0)
    log = -safe * special.hyp2f1(1.0, 1.0, 2.0, c * safe)
    return np.where(inside, np.exp(log - np.exp(log)) * safe * safe * curved(-c * safe), 0.0)


SMALL = A(domain="small")
of_one_shape(stats.genpareto, "c", pareto_of_exceedances, cases=calls("positive", SMALL))
cumulative_of_one_shape(
    stats.genpareto, "c", pareto_of_exceedances_by_shape, cases=calls("positive", SMALL), inverse=calls("probability", SMALL)
)
of_one_shape(stats.genextreme, "c", generalised_extreme, cases=calls("real", SMALL))
cumulative_of_one_shape(
    stats.genextreme, "c", generalised_extreme_by_shape, cases=calls("real", SMALL), inverse=calls("probability", SMALL)
)


def mirrored_weibull(z, c):
    """Of z < 0 that of -z."""
    inside = z < 0
    safe = np.where(inside, -z, 1.0)
    power = safe**c
    slope = -(c - 1.0 - c * power) / safe
    by_c = 1.0 / c + np.log(safe) * (1.0 - power)
    return np.where(inside, slope, 0.0), np.where(inside, c - c * power, 0.0), np.where(inside, by_c, 0.0)


def mirrored_weibull_by_shape(z, c):
    inside = z < 0
    safe = np.where(inside, -z, 1.0)
    power = safe**c
    return np.where(inside, -np.exp(-power) * power * np.log(safe), 0.0)


of_one_shape(stats.weibull_max, "c", mirrored_weibull, cases=calls("below minus one", SHAPE))
cumulative_of_one_shape(
    stats.weibull_max, "c", mirrored_weibull_by_shape, cases=calls("below minus one", SHAPE), inverse=calls("probability", SHAPE)
)


# ------------------------------------------------------------------------------------------------------- lifetimes
def lomax(z, c):
    inside = z >= 0
    safe = np.where(inside, z, 0.0)
    slope = np.where(inside, -(c + 1.0) / (1.0 + safe), 0.0)
    return slope, np.where(inside, 1.0 + safe * slope, 0.0), np.where(inside, 1.0 / c - np.log1p(safe), 0.0)


def lomax_by_shape(z, c):
    log = np.log1p(np.maximum(z, 0.0))
    return np.exp(-c * log) * log


def log_logistic(z, c):
    """The logarithm has a logistic distribution, 1 / c wide."""
    inside = z > 0
    safe = np.where(inside, z, 1.0)
    below = special.expit(c * np.log(safe))
    slope = (c - 1.0 - 2.0 * c * below) / safe
    by_c = 1.0 / c + np.log(safe) * (1.0 - 2.0 * below)
    return np.where(inside, slope, 0.0), np.where(inside, c - 2.0 * c * below, 0.0), np.where(inside, by_c, 0.0)


def log_logistic_by_shape(z, c):
    inside = z > 0
    log = np.log(np.where(inside, z, 1.0))
    return np.where(inside, special.expit(c * log) * special.expit(-c * log) * log, 0.0)


def gompertz(z, c):
    inside = z >= 0
    safe = np.where(inside, z, 0.0)
    slope = np.where(inside, 1.0 - c * np.exp(safe), 0.0)
    return slope, np.where(inside, 1.0 + safe * slope, 0.0), np.where(inside, 1.0 / c - np.expm1(safe), 0.0)


def gompertz_by_shape(z, c):
    grown = np.expm1(np.maximum(z, 0.0))
    return np.exp(-c * grown) * grown


def chi(z, df):
    inside = z >= 0
    safe = np.where(inside, z, 1.0)
    slope = over(df - 1.0, safe) - safe
    by_df = np.log(safe) - 0.5 * (math.log(2.0) + polygamma(0, 0.5 * df))
    return np.where(inside, slope, 0.0), np.where(inside, df - safe * safe, 0.0), np.where(inside, by_df, 0.0)


def chi_by_df(z, df):
    safe = np.maximum(z, 0.0)
    return 0.5 * gammainc_by_a(0.5 * df, 0.5 * safe * safe)


def nakagami(z, nu):
    inside = z >= 0
    safe = np.where(inside, z, 1.0)
    square = safe * safe
    slope = over(2.0 * nu - 1.0, safe) - 2.0 * nu * safe
    by_nu = np.log(nu) + 1.0 - polygamma(0, nu) + np.log(square) - square
    return np.where(inside, slope, 0.0), np.where(inside, 2.0 * nu * (1.0 - square), 0.0), np.where(inside, by_nu, 0.0)


LIFETIMES: list[Any] = [
    (stats.lomax, "c", lomax, lomax_by_shape),
    (stats.fisk, "c", log_logistic, log_logistic_by_shape),
    (stats.gompertz, "c", gompertz, gompertz_by_shape),
    (stats.chi, "df", chi, chi_by_df),
]
for dist, shape, slopes, by_shape in LIFETIMES:
    of_one_shape(dist, shape, slopes, cases=calls("positive", SHAPE))
    cumulative_of_one_shape(dist, shape, by_shape, cases=calls("positive", SHAPE), inverse=calls("probability", SHAPE))
of_one_shape(stats.nakagami, "nu", nakagami, cases=calls("positive", SHAPE))


def inverse_gaussian(z, mu):
    inside = z > 0
    safe = np.where(inside, z, 1.0)
    slope = 0.5 / (safe * safe) - 0.5 / (mu * mu) - 1.5 / safe
    by_mu = (safe - mu) / (mu * mu * mu)
    return np.where(inside, slope, 0.0), np.where(inside, 1.0 + safe * slope, 0.0), np.where(inside, by_mu, 0.0)


def rice(z, b):
    inside = z > 0
    safe = np.where(inside, z, 1.0)
    ratio = special.i1e(safe * b) / special.i0e(safe * b)
    slope = 1.0 / safe - safe + b * ratio
    return np.where(inside, slope, 0.0), np.where(inside, 1.0 + safe * slope, 0.0), np.where(inside, safe * ratio - b, 0.0)


of_one_shape(stats.invgauss, "mu", inverse_gaussian, cases=calls("positive", SHAPE))
of_one_shape(stats.rice, "b", rice, cases=calls("positive", SHAPE))


def power_law(z, a):
    inside = (z >= 0) & (z <= 1)
    safe = np.where(inside, z, 1.0)
    return np.where(inside, over(a - 1.0, safe), 0.0), np.where(inside, a, 0.0), np.where(inside, 1.0 / a + np.log(safe), 0.0)


def power_law_by_shape(z, a):
    inside = (z > 0) & (z < 1)
    safe = np.where(inside, z, 1.0)
    return np.where(inside, safe**a * np.log(safe), 0.0)


of_one_shape(stats.powerlaw, "a", power_law, cases=calls("probability", SHAPE))
cumulative_of_one_shape(
    stats.powerlaw, "a", power_law_by_shape, cases=calls("probability", SHAPE), inverse=calls("probability", SHAPE)
)


# ------------------------------------------------------------------------------------------------------------ skew
def skew_normal(z, a):
    """The ratio of the density at a z to what is below it."""
    ratio = np.exp(-0.5 * (a * z) ** 2 - special.log_ndtr(a * z)) / math.sqrt(2.0 * np.pi)
    slope = a * ratio - z
    return slope, 1.0 + z * slope, z * ratio


def skew_normal_by_shape(z, a):
    """Twice Owen's function less than the normal distribution."""
    return -np.exp(-0.5 * z * z * (1.0 + a * a)) / (np.pi * (1.0 + a * a))


def log_gamma(z, c):
    """The logarithm of a number that has the gamma distribution."""
    slope = c - np.exp(z)
    return slope, 1.0 + z * slope, z - polygamma(0, c)


def log_gamma_by_shape(z, c):
    return gammainc_by_a(c, np.exp(z))


SKEW: list[Any] = [
    (stats.skewnorm, "a", skew_normal, skew_normal_by_shape),
    (stats.loggamma, "c", log_gamma, log_gamma_by_shape),
]
for dist, shape, slopes, by_shape in SKEW:
    of_one_shape(dist, shape, slopes, cases=calls("real", SHAPE))
    cumulative_of_one_shape(dist, shape, by_shape, cases=calls("real", SHAPE), inverse=calls("probability", SHAPE))


def johnson(z, a, b):
    """a + b arsinh(z) has the normal distribution."""
    angle = np.arcsinh(z)
    normal = a + b * angle
    slope = -z / (1.0 + z * z) - b * normal / np.sqrt(1.0 + z * z)
    return slope, 1.0 + z * slope, -normal, 1.0 / b - angle * normal


def johnson_by_shape(z, a, b):
    angle = np.arcsinh(z)
    density = bell(a + b * angle)
    return density, density * angle


def burr(z, c, d):
    inside = z > 0
    safe = np.where(inside, z, 1.0)
    log = np.log(safe)
    below = special.expit(c * log)
    slope = c - 1.0 - (d + 1.0) * c * below
    by_c = 1.0 / c + log - (d + 1.0) * below * log
    by_d = 1.0 / d - np.log1p(safe**c)
    return np.where(inside, slope / safe, 0.0), np.where(inside, 1.0 + slope, 0.0), np.where(inside, by_c, 0.0), np.where(inside, by_d, 0.0)


def burr_by_shape(z, c, d):
    inside = z > 0
    safe = np.where(inside, z, 1.0)
    log, grown = np.log(safe), np.log1p(safe**c)
    above = np.exp(-d * grown)
    return np.where(inside, d * above * special.expit(c * log) * log, 0.0), np.where(inside, above * grown, 0.0)


of_two_shapes(stats.johnsonsu, "a", "b", johnson, cases=calls("real", SHAPE, SHAPE))
cumulative_of_two_shapes(
    stats.johnsonsu, "a", "b", johnson_by_shape, cases=calls("real", SHAPE, SHAPE), inverse=calls("probability", SHAPE, SHAPE)
)
of_two_shapes(stats.burr12, "c", "d", burr, cases=calls("positive", SHAPE, SHAPE))
cumulative_of_two_shapes(
    stats.burr12, "c", "d", burr_by_shape, cases=calls("positive", SHAPE, SHAPE), inverse=calls("probability", SHAPE, SHAPE)
)
