"""Slopes of functions of one number in mpmath, as tables of formulas give them, and where they are looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath as mp

LN2, LN10 = mp.log(2), mp.log(10)


def root_pi() -> Any:
    return mp.sqrt(mp.pi)


def density(x: Any) -> Any:
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def below(x: Any) -> Any:
    """The normal distribution function."""
    return mp.erfc(-x / mp.sqrt(2)) / 2


def scaled(x: Any) -> Any:
    """exp(x^2) erfc(x), also where the factors are out of any range: by its continued fraction, for large x."""
    if x < 25:
        return mp.exp(x * x) * mp.erfc(x)
    tail = mp.mpf(0)
    for k in range(60, 0, -1):
        tail = (mp.mpf(k) / 2) / (x + tail)
    return 1 / (root_pi() * (x + tail))


def scaled_slope(x: Any) -> Any:
    """2 x w - 2 / sqrt(pi) with w = 1 / (sqrt(pi) (x + t)), without the difference."""
    if x < 25:
        with mp.workdps(mp.mp.dps + 40):
            return 2 * x * scaled(x) - 2 / root_pi()
    tail = mp.mpf(0)
    for k in range(60, 0, -1):
        tail = (mp.mpf(k) / 2) / (x + tail)
    return -2 * tail / (root_pi() * (x + tail))


def with_digits(formula: Callable[[Any], Any], more: int = 400) -> Callable[[Any], Any]:
    """A formula with differences in it, computed with so many more digits."""

    def exact(x: Any) -> Any:
        with mp.workdps(mp.mp.dps + more):
            return formula(x)

    return exact


SLOPES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "sin": ("real", mp.cos),
    "cos": ("real", lambda x: -mp.sin(x)),
    "tan": ("real", lambda x: mp.sec(x) ** 2),
    "arcsin": ("unit", with_digits(lambda x: 1 / mp.sqrt(1 - x * x))),
    "arccos": ("unit", with_digits(lambda x: -1 / mp.sqrt(1 - x * x))),
    "arctan": ("real", lambda x: 1 / (1 + x * x)),
    "sinh": ("real", mp.cosh),
    "cosh": ("real", mp.sinh),
    "tanh": ("real", lambda x: mp.sech(x) ** 2),
    "arcsinh": ("real", lambda x: 1 / mp.sqrt(1 + x * x)),
    "arccosh": ("above one", with_digits(lambda x: 1 / mp.sqrt(x * x - 1), 700)),
    "arctanh": ("unit", with_digits(lambda x: 1 / (1 - x * x), 700)),
    "exp": ("real", mp.exp),
    "exp2": ("real", lambda x: mp.log(2) * mp.mpf(2) ** x),
    "expm1": ("real", mp.exp),
    "log": ("positive", lambda x: 1 / x),
    "log2": ("positive", lambda x: 1 / (x * mp.log(2))),
    "log10": ("positive", lambda x: 1 / (x * mp.log(10))),
    "log1p": ("above minus one", lambda x: 1 / (1 + x)),
    "sqrt": ("positive", lambda x: 1 / (2 * mp.sqrt(x))),
    "cbrt": ("positive", lambda x: 1 / (3 * mp.cbrt(x) ** 2)),
    "square": ("real", lambda x: 2 * x),
    "reciprocal": ("real", lambda x: -1 / (x * x)),
    "expit": ("real", lambda x: mp.exp(-abs(x)) / (1 + mp.exp(-abs(x))) ** 2),
    "log_expit": ("real", lambda x: mp.exp(-x) / (1 + mp.exp(-x)) if x > 0 else 1 / (1 + mp.exp(x))),
    "logit": ("probability", lambda x: 1 / (x * (1 - x))),
    "erf": ("real", lambda x: 2 / root_pi() * mp.exp(-x * x)),
    "erfc": ("real", lambda x: -2 / root_pi() * mp.exp(-x * x)),
    "erfcx": ("real", scaled_slope),
    "ndtr": ("real", density),
    "log_ndtr": ("real", lambda x: mp.sqrt(2 / mp.pi) / scaled(-x / mp.sqrt(2))),
    "exprel": ("moderate", with_digits(lambda x: (x * mp.exp(x) - mp.expm1(x)) / (x * x), 700)),
    "entr": ("positive", lambda x: -1 - mp.log(x)),
    "cosm1": ("real", lambda x: -mp.sin(x)),
    "exp10": ("real", lambda x: mp.log(10) * mp.mpf(10) ** x),
    "i0": ("moderate", lambda x: mp.besseli(1, x)),
    "i0e": ("moderate", with_digits(lambda x: mp.exp(-abs(x)) * (mp.besseli(1, x) - mp.sign(x) * mp.besseli(0, x)))),
    "k0e": ("moderate and positive", lambda x: mp.exp(x) * (mp.besselk(0, x) - mp.besselk(1, x))),
    "gammaln": ("moderate and positive", mp.digamma),
    "psi": ("moderate and positive", lambda x: mp.psi(1, x)),
    "dawsn": ("moderate", with_digits(lambda x: 1 - root_pi() * x * mp.exp(-x * x) * mp.erfi(x))),
    "expi": ("moderate and positive", lambda x: mp.exp(x) / x),
    "exp1": ("moderate and positive", lambda x: -mp.exp(-x) / x),
    "sinc": ("moderate", with_digits(lambda x: (mp.cos(mp.pi * x) - mp.sin(mp.pi * x) / (mp.pi * x)) / x, 700)),
    "spence": ("moderate and positive", with_digits(lambda x: mp.log(x) / (1 - x) if x != 1 else mp.mpf(-1), 700)),
}
