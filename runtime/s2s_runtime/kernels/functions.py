"""Functions of one variable that NumPy lacks.

In: numbers or arrays.  Out: the same shape and dtype.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

SERIES_TERMS = 24


def direction(x: Any) -> Any:
    """x / |x|, and 0 for 0: of a real number its sign, of a complex one the point of the unit circle that it lies towards."""
    return np.sign(x)


def sinc_derivative(x: Any, order: int) -> Any:
    """The derivative of `np.sinc` of this order, by series near 0, where the closed form cancels.

    With u = pi x and f_n the n-th derivative of sin(u)/u: u f_n + n f_(n-1) = sin(u + n pi/2).
    """
    u = np.pi * x
    near = np.abs(u) < order + 1
    far = np.where(near, 1.0, u)
    value = np.sin(far) / far
    for n in range(1, order + 1):
        value = (np.sin(far + n * (np.pi / 2)) - n * value) / far
    return np.pi**order * np.where(near, _sinc_series(np.where(near, u, 0.0), order), value)


def _sinc_series(u: Any, order: int) -> Any:
    """The sum of (-1)^k u^(2k - n) / ((2k + 1) (2k - n)!) over 2k >= n."""
    first = (order + 1) // 2
    total = 0.0 * u
    for k in range(first + SERIES_TERMS - 1, first - 1, -1):
        power = 2 * k - order
        total = total * u * u + (-1) ** k / ((2 * k + 1) * math.factorial(power))
    return total * u ** (2 * first - order)


def polygamma(order: int, x: Any) -> Any:
    """The derivative of this order of the digamma function; order 0 is digamma itself."""
    from scipy import special

    value = special.digamma(x) if order == 0 else special.polygamma(order, x)
    return np.asarray(value, np.result_type(x))[()]


def share(x1: Any, x2: Any) -> Any:
    """exp(x1) / (exp(x1) + exp(x2)), a half where the two are equal, also where both are infinite.

    >>> float(share(-np.inf, -np.inf)), float(share(np.inf, 0.0)), float(share(-1e4, 1e4))
    (0.5, 1.0, 0.0)
    """
    with np.errstate(invalid="ignore", over="ignore"):
        return 1.0 / (1.0 + np.exp(np.where(x1 == x2, 0.0, x2 - x1)))


def modified_bessel(order: int, x: Any) -> Any:
    """The modified Bessel function of the first kind, of a whole order."""
    from scipy import special

    return np.asarray(special.iv(order, x), np.result_type(x))[()]


def erfc_integral(order: int, x: Any) -> Any:
    """exp(x^2) times the repeated integral of erfc of this order, from x to infinity: of real x; order 0 is `erfcx`.

    With f_-1 = 2 / sqrt(pi) and f_0 = erfcx: 2 n f_n = f_(n-2) - 2 x f_(n-1) (Abramowitz and Stegun 7.2.5), upwards where
    that does not cancel, else by the fraction that the ratios f_n / f_(n-1) make of it.
    """
    from scipy import special

    near, far = np.minimum(x, BEGINS_TO_CANCEL), np.maximum(x, BEGINS_TO_CANCEL)
    before, below = 2.0 / math.sqrt(math.pi), special.erfcx(near)
    for n in range(1, order + 1):
        before, below = below, (before - 2.0 * near * below) / (2.0 * n)
    above, ratio = special.erfcx(far), 0.0 * far
    for n in range(order + FRACTION_TERMS, 0, -1):
        ratio = 0.5 / (far + (n + 1) * ratio)
        above = above * ratio if n <= order else above
    return np.where(x < BEGINS_TO_CANCEL, below, above)[()]


BEGINS_TO_CANCEL, FRACTION_TERMS = 2.5, 50
