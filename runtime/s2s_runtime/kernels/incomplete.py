"""How the incomplete gamma and beta functions move with their parameters, of which SciPy has no derivative.

In: numbers or arrays.  Out: the same, computed in double precision.  NaN where a series does not end within `MOST_TERMS`.

The series are those whose terms all have one sign on their side of the mean; on the other side the complement is summed, so
that nothing cancels:

    P(a, x) is the sum of x^(a + n) exp(-x) / Gamma(a + n + 1);   its slope has the factor  log x - psi(a + n + 1)
    I_x(a, b) is the sum of x^(a + n) (1 - x)^b Gamma(a + b + n) / (Gamma(a + n + 1) Gamma(b))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

MOST_TERMS = 40_000
PRECISE = 1e-17
NODES = np.linspace(-4.5, 6.5, 221)


def gammainc_by_a(a: Any, x: Any, order: int = 1) -> Any:
    """The derivative of `scipy.special.gammainc` by `a`, of order 1 or 2."""
    return _over(_gamma_slope, (a, x), order)


def betainc_by_a(a: Any, b: Any, x: Any) -> Any:
    """The derivative of `scipy.special.betainc` by `a`."""
    return _over(_beta_slope, (a, b, x), "a")


def betainc_by_b(a: Any, b: Any, x: Any) -> Any:
    """The derivative of `scipy.special.betainc` by `b`."""
    return _over(_beta_slope, (a, b, x), "b")


def betainc_twice(a: Any, b: Any, x: Any, by: str) -> Any:
    """A second derivative of `scipy.special.betainc`: `by` is "aa", "ab" or "bb"."""
    return _over(_beta_slope, (a, b, x), by)


def _over(slope: Callable[..., float], operands: tuple[Any, ...], kind: Any) -> Any:
    """A function of numbers, for every entry of arrays that are broadcast."""
    arrays = np.broadcast_arrays(*(np.asarray(one, float) for one in operands))
    found = [slope(*map(float, entries), kind) for entries in zip(*(one.ravel() for one in arrays), strict=True)]
    return np.array(found, np.result_type(0.0, *operands)).reshape(arrays[0].shape)[()]


# ----------------------------------------------------------------------------------------------------------- gamma
def _gamma_slope(a: float, x: float, order: int) -> float:
    if not (a > 0 and x >= 0):
        return float("nan")
    if x in (0, float("inf")):
        return 0.0
    return _gamma_series(a, x, order) if x <= a + 1 else -_gamma_tail(a, x, order)


def _gamma_series(a: float, x: float, order: int) -> float:
    """Below the mean, in blocks of terms."""
    from scipy import special

    log, total = np.log(x), 0.0
    for start in range(0, MOST_TERMS, BLOCK):
        after = a + np.arange(start, start + BLOCK) + 1.0
        factor = log - special.digamma(after)
        terms = np.exp((after - 1.0) * log - x - special.gammaln(after))
        terms *= factor if order == 1 else factor * factor - special.polygamma(1, after)
        total += float(np.sum(terms))
        if abs(terms[-1]) <= PRECISE * abs(total):
            return total
    return float("nan")


BLOCK = 64


def _gamma_tail(a: float, x: float, order: int) -> float:
    """Above the mean: Q(a, x) is x^a exp(-x) / Gamma(a) times the integral of (1 + u)^(a - 1) exp(-x u) over u > 0.

    The trapezoidal rule on u = w exp(s - exp(-s)), which ends as fast on both sides; w is about as wide as the integrand.
    """
    from scipy import special

    width = 1.0 / max(x - a, np.sqrt(a), 1.0)
    u = width * np.exp(NODES - np.exp(-NODES))
    log = np.log(x) + np.log1p(u)
    factor = log - special.digamma(a)
    weight = factor if order == 1 else factor * factor - special.polygamma(1, a)
    density = np.exp(a * log - x - x * u - special.gammaln(a)) / (1.0 + u)
    return float(np.sum(density * weight * u * (1.0 + np.exp(-NODES))) * (NODES[1] - NODES[0]))


# ------------------------------------------------------------------------------------------------------------ beta
def _beta_slope(a: float, b: float, x: float, by: str) -> float:
    if not (a > 0 and b > 0 and 0 <= x <= 1):
        return float("nan")
    if x in (0, 1):
        return 0.0
    if x <= a / (a + b):
        return _beta_series(a, b, np.log(x), np.log1p(-x), by)
    other = "".join(sorted({"a": "b", "b": "a"}[letter] for letter in by))
    return -_beta_series(b, a, np.log1p(-x), np.log(x), other)


def _beta_series(a: float, b: float, log: float, log_rest: float, by: str) -> float:
    """Below the mean, with the logarithms of x and of 1 - x, in blocks of terms."""
    from scipy import special

    total = 0.0
    for start in range(0, MOST_TERMS, BLOCK):
        n = np.arange(start, start + BLOCK)
        both, after = a + b + n, a + n + 1.0
        size = (a + n) * log + b * log_rest - special.betaln(after, b) - np.log(both)
        terms = np.exp(size) * _beta_factor(log, log_rest, b, both, after, by)
        total += float(np.sum(terms))
        if abs(terms[-1]) <= PRECISE * (1.0 - np.exp(log)) * abs(total):
            return total
    return float("nan")


def _beta_factor(log: float, log_rest: float, b: float, both: Any, after: Any, by: str) -> Any:
    """How the logarithm of a term moves; for a second derivative the product of two such and their own derivative."""
    from scipy import special

    joint = special.digamma(both)
    slopes = {"a": log + joint - special.digamma(after), "b": log_rest + joint - special.digamma(b)}
    if len(by) == 1:
        return slopes[by]
    bend = special.polygamma(1, both)
    bend -= {"aa": special.polygamma(1, after), "ab": 0.0, "bb": special.polygamma(1, b)}[by]
    return slopes[by[0]] * slopes[by[1]] + bend
