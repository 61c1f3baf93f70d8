"""What power transformations, angles in degrees, line shapes, tails of counts and further Bessel functions mean.

In: `Scalar`s.  Out: `Scalar`s.
"""

from __future__ import annotations

from typing import Any

from scipy import special

from s2s.verify.arrays import MEANINGS
from s2s.verify.elementary import BY_NAME, exp, log
from s2s.verify.scalar import mp, scalar
from s2s.verify.scipy_parameters import zeta
from s2s.verify.special import BY_SPECIAL_NAME, PI, digits, lower_beta, lower_gamma, upper_beta, upper_gamma
from s2s_runtime import kernels


def inv_boxcox(y: Any, lmbda: Any) -> Any:
    lmbda = scalar(lmbda)
    return exp(y) if lmbda == 0 else (lmbda * y + 1) ** (1 / lmbda)


def in_degrees(name: str) -> Any:
    return lambda x: BY_NAME[name](scalar(x) * PI / 180)


def wofz_of_order(order: Any, z: Any) -> Any:
    """w^(n+1) = -2 z w^(n) - 2 n w^(n-1), and w' = 2 i / sqrt(pi) - 2 z w."""
    before, value = mp.mpc(0), mp.exp(-z * z) * mp.erfc(-1j * z)
    for n in range(int(order)):
        before, value = value, (2j / mp.sqrt(mp.pi) if n == 0 else 0) - 2 * z * value - 2 * n * before
    return value


def voigt(x: Any, sigma: Any, gamma: Any) -> Any:
    z = (x + 1j * gamma) / (sigma * mp.sqrt(2))
    return mp.re(mp.exp(-z * z) * mp.erfc(-1j * z)) / (sigma * mp.sqrt(2 * mp.pi))


def fisher(tail: Any) -> Any:
    return lambda n, d, x: tail(n / mp.mpf(2), d / mp.mpf(2), n * x / (n * x + d))


MEANINGS.update({
    special.inv_boxcox: inv_boxcox, special.inv_boxcox1p: lambda y, lmbda: inv_boxcox(y, lmbda) - 1,
    special.powm1: lambda x, y: scalar(x) ** scalar(y) - 1, special.softplus: lambda x: log(exp(x) + 1),
    special.sindg: in_degrees("sin"), special.cosdg: in_degrees("cos"), special.tandg: in_degrees("tan"),
    special.cotdg: lambda x: in_degrees("cos")(x) / in_degrees("sin")(x), special.zetac: lambda x: zeta(x) - 1,
    special.ndtri_exp: lambda y: BY_SPECIAL_NAME["ndtri"](exp(y)),
    special.voigt_profile: digits(voigt), kernels.wofz_slope: digits(wofz_of_order),
    special.bdtr: digits(lambda k, n, p: lower_beta(n - mp.floor(k), mp.floor(k) + 1, 1 - p)),
    special.bdtrc: digits(lambda k, n, p: lower_beta(mp.floor(k) + 1, n - mp.floor(k), p)),
    special.fdtr: digits(fisher(lower_beta)), special.fdtrc: digits(fisher(upper_beta)),
    special.gdtr: digits(lambda a, b, x: lower_gamma(b, a * x)), special.gdtrc: digits(lambda a, b, x: upper_gamma(b, a * x)),
    special.jve: BY_SPECIAL_NAME["jv"], special.yve: BY_SPECIAL_NAME["yv"],
    special.struve: digits(mp.struveh), special.modstruve: digits(mp.struvel),
})  # fmt: skip
