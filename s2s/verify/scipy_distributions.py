"""What the methods of further distributions of SciPy mean, as in `distributions`: by the formulas of SciPy's documentation.

In: arrays of `Scalar`s.  Out: `Symbols`.
"""

from __future__ import annotations

from typing import Any

from scipy import stats

from s2s.verify.distributions import CONTINUOUS, METHODS, Standard, arctan, bell, method
from s2s.verify.elementary import BY_NAME, exp, log, sqrt
from s2s.verify.lifting import OTHERWISE
from s2s.verify.scalar import scalar
from s2s.verify.special import BY_SPECIAL_NAME, PI, digits, erfc, expit, gamma, iv, lower_gamma, ndtr

owens_t = BY_SPECIAL_NAME["owens_t"]


def exceeding(z: Any, c: Any) -> Any:
    """What is above z: (1 + c z)^(-1 / c)."""
    return exp(-z) if not scalar(c) else (scalar(c) * z + 1) ** (-1 / scalar(c))


def largest(z: Any, c: Any) -> Any:
    """(1 - c z)^(1 / c)."""
    return exp(-z) if not scalar(c) else (1 - scalar(c) * z) ** (1 / scalar(c))


def arsinh(z: Any) -> Any:
    return BY_NAME["arcsinh"](z)


FURTHER: dict[Any, Standard] = {
    stats.maxwell: Standard(
        lambda z: sqrt(2 / PI) * z * z * exp(-z * z / 2), lambda z: digits(lower_gamma)(scalar(1.5), scalar(z) * z / 2)),
    stats.hypsecant: Standard(lambda z: 2 / PI / (exp(z) + exp(-z)), lambda z: 2 / PI * arctan(exp(z))),
    stats.moyal: Standard(
        lambda z: exp(-(z + exp(-z)) / 2) / sqrt(PI * 2), lambda z: erfc(exp(-z / 2) / sqrt(scalar(2)))),
    stats.genpareto: Standard(
        lambda z, c: exceeding(z, c) / (scalar(c) * z + 1), lambda z, c: 1 - exceeding(z, c)),
    stats.genextreme: Standard(
        lambda z, c: exp(-largest(z, c)) * largest(z, c) / (1 - scalar(c) * z), lambda z, c: exp(-largest(z, c))),
    stats.weibull_max: Standard(
        lambda z, c: scalar(c) * (-z) ** (scalar(c) - 1) * exp(-((-z) ** scalar(c))), lambda z, c: exp(-((-z) ** scalar(c)))),
    stats.lomax: Standard(lambda z, c: scalar(c) * (z + 1) ** (-scalar(c) - 1), lambda z, c: 1 - (z + 1) ** (-scalar(c))),
    stats.fisk: Standard(
        lambda z, c: scalar(c) * z ** (scalar(c) - 1) / (z ** scalar(c) + 1) ** scalar(2), lambda z, c: expit(scalar(c) * log(z))),
    stats.gompertz: Standard(
        lambda z, c: scalar(c) * exp(z) * exp(-scalar(c) * (exp(z) - 1)), lambda z, c: 1 - exp(-scalar(c) * (exp(z) - 1))),
    stats.chi: Standard(
        lambda z, df: z ** (scalar(df) - 1) * exp(-z * z / 2) / scalar(2) ** (scalar(df) / 2 - 1) / gamma(scalar(df) / 2),
        lambda z, df: digits(lower_gamma)(scalar(df) / 2, z * z / 2)),
    stats.nakagami: Standard(
        lambda z, nu: scalar(nu) ** scalar(nu) * 2 / gamma(nu) * z ** (scalar(nu) * 2 - 1) * exp(-scalar(nu) * z * z)),
    stats.invgauss: Standard(
        lambda z, mu: exp(-((z / mu - 1) ** scalar(2)) / (z * 2)) / sqrt(PI * 2 * z ** scalar(3))),
    stats.rice: Standard(lambda z, b: z * exp(-(z * z + scalar(b) * b) / 2) * iv(0, z * b)),
    stats.powerlaw: Standard(lambda z, a: scalar(a) * z ** (scalar(a) - 1), lambda z, a: z ** scalar(a)),
    stats.skewnorm: Standard(
        lambda z, a: bell(z) * ndtr(scalar(a) * z) * 2, lambda z, a: ndtr(z) - owens_t(z, a) * 2),
    stats.loggamma: Standard(
        lambda z, c: exp(scalar(c) * z - exp(z)) / gamma(c), lambda z, c: digits(lower_gamma)(c, exp(z))),
    stats.johnsonsu: Standard(
        lambda z, a, b: scalar(b) / sqrt(z * z + 1) * bell(scalar(b) * arsinh(z) + a), lambda z, a, b: ndtr(scalar(b) * arsinh(z) + a)),
    stats.burr12: Standard(
        lambda z, c, d: scalar(c) * d * z ** (scalar(c) - 1) * (z ** scalar(c) + 1) ** (-scalar(d) - 1),
        lambda z, c, d: 1 - (z ** scalar(c) + 1) ** (-scalar(d))),
}  # fmt: skip

CONTINUOUS.update(FURTHER)
OTHERWISE.update({
    getattr(distribution, name): method(distribution, standard, name)
    for distribution, standard in FURTHER.items() for name in METHODS
})  # fmt: skip
