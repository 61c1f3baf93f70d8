"""Derivative rules: continuous distributions of positive numbers.

In: distributions of `scipy.stats`.  Out: rules in `RULES` for their methods, as in `continuous`.
"""

from __future__ import annotations

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

POSITIVE, QUANTILES = calls("positive"), calls("probability")
SHAPE = A(domain="above one")


# -------------------------------------------------------------------------------------------------------- no shape
def exponential(z):
    inside = z >= 0
    return np.where(inside, -1.0, 0.0), np.where(inside, 1.0 - z, 0.0)


def half_normal(z):
    inside = z >= 0
    return np.where(inside, -z, 0.0), np.where(inside, 1.0 - z * z, 0.0)


def half_cauchy(z):
    inside = z >= 0
    slope = np.where(inside, -2.0 * z / (1.0 + z * z), 0.0)
    return slope, np.where(inside, 1.0 + z * slope, 0.0)


def rayleigh(z):
    inside = z >= 0
    safe = np.where(inside, z, 1.0)
    return np.where(inside, 1.0 / safe - safe, 0.0), np.where(inside, 2.0 - safe * safe, 0.0)


for dist, slopes in (
    (stats.expon, exponential), (stats.halfnorm, half_normal), (stats.halfcauchy, half_cauchy), (stats.rayleigh, rayleigh),
):  # fmt: skip
    without_shape(dist, slopes, cases=POSITIVE)
    cumulative_without_shape(dist, cases=POSITIVE, inverse=QUANTILES)


# -------------------------------------------------------------------------------------------------------- one shape
def gamma(z, a):
    inside = z >= 0
    safe = np.where(inside, z, 1.0)
    slope = np.where(inside, over(a - 1.0, safe) - 1.0, 0.0)
    return slope, np.where(inside, a - safe, 0.0), np.where(inside, np.log(safe) - polygamma(0, a), 0.0)


def gamma_by_shape(z, a):
    return gammainc_by_a(a, np.maximum(z, 0.0))


def chi_square(z, df):
    """Of twice a variable that has the gamma distribution of the shape df / 2."""
    inside = z >= 0
    safe = np.where(inside, z, 1.0)
    slope = np.where(inside, over(0.5 * df - 1.0, safe) - 0.5, 0.0)
    by_df = 0.5 * (np.log(0.5 * safe) - polygamma(0, 0.5 * df))
    return slope, np.where(inside, 0.5 * (df - safe), 0.0), np.where(inside, by_df, 0.0)


def chi_square_by_df(z, df):
    return 0.5 * gammainc_by_a(0.5 * df, np.maximum(0.5 * z, 0.0))


def inverse_gamma(z, a):
    inside = z > 0
    safe = np.where(inside, z, 1.0)
    slope = np.where(inside, (1.0 / safe - a - 1.0) / safe, 0.0)
    by_a = np.where(inside, -np.log(safe) - polygamma(0, a), 0.0)
    return slope, np.where(inside, 1.0 / safe - a, 0.0), by_a


def inverse_gamma_by_shape(z, a):
    inside = z > 0
    return np.where(inside, -gammainc_by_a(a, 1.0 / np.where(inside, z, 1.0)), 0.0)


def log_normal(z, s):
    """The logarithm has a normal distribution, s wide."""
    inside = z > 0
    safe = np.where(inside, z, 1.0)
    far = np.log(safe) / (s * s)
    slope = np.where(inside, -(1.0 + far) / safe, 0.0)
    return slope, np.where(inside, -far, 0.0), np.where(inside, far * far * s - 1.0 / s, 0.0)


def log_normal_by_shape(z, s):
    inside = z > 0
    far = np.log(np.where(inside, z, 1.0)) / s
    return np.where(inside, -far / s * np.exp(-0.5 * far * far) / np.sqrt(2.0 * np.pi), 0.0)


def pareto(z, b):
    inside = z >= 1
    safe = np.where(inside, z, 1.0)
    slope = np.where(inside, -(b + 1.0) / safe, 0.0)
    return slope, np.where(inside, -b, 0.0), np.where(inside, 1.0 / b - np.log(safe), 0.0)


def pareto_by_shape(z, b):
    log = np.log(np.maximum(z, 1.0))
    return log * np.exp(-b * log)


def weibull(z, c):
    inside = z >= 0
    safe = np.where(inside, z, 1.0)
    power = safe**c
    slope = np.where(inside, over(c - 1.0, safe) - c * over(power, safe), 0.0)
    by_c = 1.0 / c + np.log(safe) - special.xlogy(power, safe)
    return slope, np.where(inside, c - c * power, 0.0), np.where(inside, by_c, 0.0)


def weibull_by_shape(z, c):
    inside = np.maximum(z, 0.0)
    power = inside**c
    return special.xlogy(power, inside) * np.exp(-power)


for of, shape, moved, by_shape in (
    (stats.gamma, "a", gamma, gamma_by_shape), (stats.chi2, "df", chi_square, chi_square_by_df),
    (stats.invgamma, "a", inverse_gamma, inverse_gamma_by_shape), (stats.lognorm, "s", log_normal, log_normal_by_shape),
    (stats.weibull_min, "c", weibull, weibull_by_shape),
):  # fmt: skip
    of_one_shape(of, shape, moved, cases=calls("positive", SHAPE))
    cumulative_of_one_shape(
        of, shape, by_shape, cases=calls("positive", SHAPE), inverse=calls("probability", SHAPE)
    )

ABOVE = calls("above one", SHAPE, scale="probability")
of_one_shape(stats.pareto, "b", pareto, cases=ABOVE)
cumulative_of_one_shape(stats.pareto, "b", pareto_by_shape, cases=ABOVE, inverse=calls("probability", SHAPE))


# ------------------------------------------------------------------------------------------------------- two shapes
def ratio_of_chi_squares(z, dfn, dfd):
    """The log density has (dfn / 2 - 1) log z - (dfn + dfd) / 2 log(1 + dfn z / dfd), and what makes it one."""
    inside = z >= 0
    safe = np.where(inside, z, 1.0)
    part, both = dfn * safe / (dfd + dfn * safe), 0.5 * (dfn + dfd)
    slope = over(0.5 * dfn - 1.0, safe) - both * dfn / (dfd + dfn * safe)
    joint = polygamma(0, both) - np.log1p(dfn * safe / dfd)
    by_dfn = 0.5 * (joint - polygamma(0, 0.5 * dfn) + np.log(safe * dfn / dfd) + 1.0) - both * part / dfn
    by_dfd = 0.5 * (joint - polygamma(0, 0.5 * dfd) - dfn / dfd) + both * part / dfd
    return (
        np.where(inside, slope, 0.0),
        np.where(inside, 0.5 * dfn - both * part, 0.0),
        np.where(inside, by_dfn, 0.0),
        np.where(inside, by_dfd, 0.0),
    )


def ratio_by_shapes(z, dfn, dfd):
    """F is I_x(dfn / 2, dfd / 2) at x = dfn z / (dfd + dfn z)."""
    inside = np.maximum(z, 0.0)
    x, rest = dfn * inside / (dfd + dfn * inside), dfd / (dfd + dfn * inside)
    a, b = 0.5 * dfn, 0.5 * dfd
    moved = np.exp(special.xlogy(a, x) + b * np.log(rest) - special.betaln(a, b))
    return 0.5 * betainc_by_a(a, b, x) + moved / dfn, 0.5 * betainc_by_b(a, b, x) - moved / dfd


of_two_shapes(stats.f, "dfn", "dfd", ratio_of_chi_squares, cases=calls("positive", SHAPE, SHAPE))
cumulative_of_two_shapes(
    stats.f, "dfn", "dfd", ratio_by_shapes, cases=calls("positive", SHAPE, SHAPE), inverse=calls("probability", SHAPE, SHAPE)
)
