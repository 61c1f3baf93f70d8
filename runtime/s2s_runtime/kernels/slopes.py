"""Derivatives of special functions, where SciPy has none, or where a formula by the functions themselves loses its digits.

In: numbers or arrays.  Out: the same, of the operands' precision.  Each has an order, so that one function is the derivative of another.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np


def _over(function: Callable[..., float], *operands: Any) -> Any:
    """A function of real numbers, for every entry of arrays that are broadcast."""
    arrays = np.broadcast_arrays(*(np.asarray(one).astype(float, casting="same_kind") for one in operands))
    found = [function(*map(float, entries)) for entries in zip(*(one.ravel() for one in arrays), strict=True)]
    return np.array(found, np.result_type(0.0, *operands)).reshape(arrays[0].shape)[()]


# ----------------------------------------------------------------------------------------------------------- Dawson
FAR_FROM_DAWSON = 3.0
SPACING = 0.25
HALF_STEPS = (np.arange(-32, 32) + 0.5) * SPACING


def dawsn_slope(order: int, x: Any) -> Any:
    """The derivative of this order of `scipy.special.dawsn`, of real x.

    D' = 1 - 2 x D and D^(n+1) = -2 x D^(n) - 2 n D^(n-1) cancel for large x.  D is the Hilbert transform of exp(-t^2) / (2 sqrt(pi)), so
    D^(n) is that of its derivative, (-1)^n H_n(t) exp(-t^2), and of 1 / (x - t) = 1/x + ... + t^(n-1) / x^n + (t / x)^n / (x - t) the
    terms in front of the last one are orthogonal to H_n.  The trapezoidal rule with x halfway between two of its points converges
    exponentially (Rybicki, Computers in Physics 3, 1989).
    """
    from scipy import special

    far = np.abs(_real(x)) > FAR_FROM_DAWSON
    near = np.where(far, 0.0, x)
    before, value = 0.0 * near, special.dawsn(near)
    for n in range(order):
        before, value = value, (1.0 if n == 0 else 0.0) - 2.0 * near * value - 2.0 * n * before
    return np.asarray(np.where(far, _far_dawsn(order, np.where(far, x, 4.0)), value), np.result_type(0.0 * x))[()]


def _far_dawsn(order: int, x: Any) -> Any:
    from scipy import special

    x = np.asarray(x, float)[..., None]
    nearest = np.round(x / SPACING) * SPACING
    t = x - nearest + HALF_STEPS  # a point of the rule lies half a step beside x, on either side
    weights = special.eval_hermite(order, t) * np.exp(-t * t) * (-t / x) ** order
    return SPACING / (2.0 * math.sqrt(math.pi)) * np.sum(weights / (nearest - HALF_STEPS), axis=-1)


FAR_FROM_FADDEEVA, FADDEEVA_TERMS = 6.5, 40


def wofz_slope(order: int, z: Any) -> Any:
    """The derivative of this order of `scipy.special.wofz`.

    By w^(n+1) = -2 z w^(n) - 2 n w^(n-1), which cancels for large z: there by the expansion in powers of 1 / z (DLMF 7.12.1), term by term;
    below the real line w(z) is 2 exp(-z^2) - w(-z).
    """
    from scipy import special

    z = np.asarray(z) + 0j
    far = np.abs(z) > FAR_FROM_FADDEEVA
    near = _chain(order, np.where(far, 0.0, z), special.wofz, 2j / math.sqrt(math.pi))
    below = np.imag(z) < 0
    x: Any = np.where(far, np.where(below, -z, z), 10.0)
    total, power = 0.0 * x, 1j / math.sqrt(math.pi) / x ** (order + 1)
    for k in range(FADDEEVA_TERMS):
        total = total + power * math.prod(range(2 * k + 1, 2 * k + 1 + order))
        power = power * (2 * k + 1) / (2.0 * x * x)
    with np.errstate(over="ignore", invalid="ignore"):  # where w is infinite, too
        beyond = _chain(order, np.where(far & below, z, 0.0), lambda x: 2.0 * np.exp(-x * x), 0.0)
    turned = np.where(below, beyond - total, (-1.0) ** order * total)
    return np.asarray(np.where(far, turned, near), z.dtype)[()]


def _chain(order: int, z: Any, function: Callable[[Any], Any], first: complex) -> Any:
    """A derivative of a function with f' = c - 2 z f."""
    before, value = 0.0 * z, function(z)
    for n in range(order):
        before, value = value, (first if n == 0 else 0.0) - 2.0 * z * value - 2.0 * n * before
    return value


# ------------------------------------------------------------------------------------------------- scaled Bessel functions
HANKEL_TERMS = 40


def ive_slope(order: int, v: Any, z: Any) -> Any:
    """The derivative of this order of `scipy.special.ive` by real z: a difference of functions of neighbouring orders, which is small
    for large z; there Hankel's expansion, term by term (DLMF 10.40.1)."""
    from scipy import special

    size, v = np.abs(_real(z)), np.asarray(v, float)
    turned = np.where((z < 0) & ((v + order) % 2 != 0), -1.0, 1.0)
    return _scaled_slope(special.ive, order, v, size, -1.0, 1.0 / math.sqrt(2.0 * math.pi), z) * _of_type(turned, z)


def kve_slope(order: int, v: Any, z: Any) -> Any:
    """The derivative of this order of `scipy.special.kve` by real z (DLMF 10.40.2)."""
    from scipy import special

    return (-1.0) ** order * _scaled_slope(special.kve, order, np.asarray(v, float), _real(z), 1.0, math.sqrt(0.5 * math.pi), z)


def _real(x: Any) -> Any:
    """A real operand.

    Raises:
        TypeError: it is complex.
    """
    if np.iscomplexobj(x):
        raise TypeError("of real numbers only")
    return np.asarray(x)


def _of_type(value: Any, like: Any) -> Any:
    return np.asarray(value, np.result_type(0.0 * like))[()]


def _scaled_slope(function: Any, order: int, v: Any, z: Any, sign: float, factor: float, like: Any) -> Any:
    far = z > np.maximum(20.0, 2.0 * v * v)
    near = np.where(far, 1.0, z)
    steps = [(-1.0) ** k * math.comb(2 * order, k) * function(v + order - k, near) for k in range(2 * order + 1)]
    close = sum(steps[1:], steps[0]) / 2.0**order
    x = np.where(far, z, 30.0)
    total, coefficient = 0.0 * x * v, np.ones_like(x * v)
    for k in range(HANKEL_TERMS):
        total = total + coefficient * math.prod((k + 0.5 + j for j in range(order)), start=1.0)
        coefficient = coefficient * sign * (4.0 * v * v - (2 * k + 1) ** 2) / (8.0 * (k + 1) * x)
    return _of_type(np.where(far, (-1.0) ** (order * (sign < 0)) * factor * total / (np.sqrt(x) * x**order), close), like)


# ------------------------------------------------------------------------------------------------------ zeta functions
SUMMED, BERNOULLI = 14, 12
"""How many terms are summed, and how many of Bernoulli's numbers correct what follows."""


def zeta_slope(order: int, x: Any, q: Any = 1.0) -> Any:
    """The derivative of this order of `scipy.special.zeta(x, q)` by real x: the formula of Euler and Maclaurin (DLMF 25.11.5), as a Taylor
    series in x; of x < 0, where q is 1, by the reflection of Riemann's function (DLMF 25.4.2)."""
    return _over(lambda s, a: _reflected(order, s) if s < 0 and a == 1 else _hurwitz(order, s, a), x, q)


def _hurwitz(order: int, s: float, q: float) -> float:
    return float(_hurwitz_series(order, s, q)[order]) * math.factorial(order)


def _hurwitz_series(order: int, s: float, q: float) -> Any:
    """The coefficients of the powers of h in zeta(s + h, q)."""
    from scipy import special

    terms = max(SUMMED, math.ceil(SUMMED - q))
    total = sum((_power(q + n, s, order) for n in range(terms)), np.zeros(order + 1))
    last = q + terms
    pole = np.array([(-1.0) ** k / (s - 1.0) ** (k + 1) for k in range(order + 1)])
    power, numbers = _power(last, s, order), special.bernoulli(2 * BERNOULLI)
    total = total + last * _product(pole, power) + 0.5 * power
    rising = _line(s, order)
    for j in range(1, BERNOULLI + 1):
        factor = numbers[2 * j] / math.factorial(2 * j) * last ** (1.0 - 2.0 * j)
        total = total + factor * _product(rising, power)
        rising = _product(_product(rising, _line(s + 2 * j - 1, order)), _line(s + 2 * j, order))
    return total


def _reflected(order: int, s: float) -> float:
    """zeta(s) = 2 (2 pi)^(s - 1) sin(pi s / 2) Gamma(1 - s) zeta(1 - s)."""
    from scipy import special

    signs = (-1.0) ** np.arange(order + 1)
    other = _hurwitz_series(order, 1.0 - s, 1.0) * signs
    logs = [special.digamma(1.0 - s), *(special.polygamma(k, 1.0 - s) / math.factorial(k + 1) for k in range(1, order))][:order]
    gamma = special.gamma(1.0 - s) * _exponential(np.array([0.0, *logs]) * signs)
    turns = [_sine(s, k) * (0.5 * math.pi) ** k / math.factorial(k) for k in range(order + 1)]
    scale = 2.0 * _power(2.0 * math.pi, 1.0 - s, order) * signs
    product = _product(_product(scale, np.array(turns)), _product(gamma, other))
    return float(product[order]) * math.factorial(order)


def _sine(s: float, k: int) -> float:
    """The derivative of order k of the sine at pi s / 2."""
    from scipy import special

    return float(special.sindg(90.0 * math.fmod(s + k, 4.0)))


def _power(base: float, s: float, order: int) -> Any:
    """The coefficients of the powers of h in base^-(s + h)."""
    with np.errstate(all="ignore"):
        log = np.log(base)
        return np.power(base, -s) * np.array([(-log) ** k / math.factorial(k) for k in range(order + 1)])


def _line(s: float, order: int) -> Any:
    """The coefficients of s + h."""
    return np.array([s, 1.0, *([0.0] * order)])[: order + 1]


def _product(a: Any, b: Any) -> Any:
    """The coefficients of a product, as many as its factors have."""
    return np.convolve(a, b)[: len(a)]


def _exponential(a: Any) -> Any:
    """The coefficients of the exponential of a series that begins with 0."""
    total, term = np.zeros(len(a)), np.eye(1, len(a))[0]
    for k in range(1, len(a) + 1):
        total, term = total + term, _product(term, a) / k
    return total


# ------------------------------------------------------------------------------------------------ elliptic functions
POINTS, LONGEST = 16, 42.0


def sd_integral(k: int, u: Any, m: Any) -> Any:
    """The integral from 0 to u of (sn / dn)^(2 k), of Jacobi's functions with 0 <= m <= 1: by it they move with m.

    With tan(am) = sinh(y) it is that of (s / d)^k / sqrt(d) over y, where s = sinh(y)^2 and d = 1 + (1 - m) s: nothing cancels, and
    what is integrated falls like exp(-y) from y = log(2 / sqrt(1 - m)) on.
    """
    return _over(lambda u, m: _of_sd(k, u, m), u, m)


def _of_sd(k: int, u: float, m: float) -> float:
    from scipy import special

    if not 0.0 <= m <= 1.0 or not math.isfinite(u):
        return math.nan
    rest, halves = 1.0 - m, 0.0
    if m < 1.0:
        quarter = float(special.ellipkm1(rest))
        halves = float(np.round(u / (2.0 * quarter)))
        u = u - 2.0 * halves * quarter
    sn, cn, _, _ = special.ellipj(abs(u), m)
    whole = 2.0 * halves * _up_to(k, math.inf, rest) if halves else 0.0
    return whole + math.copysign(_up_to(k, math.asinh(sn / cn) if m < 1.0 and cn > 0 else abs(u) if m == 1.0 else math.inf, rest), u)


def _up_to(k: int, end: float, rest: float) -> float:
    """The integral over y from 0 to an end."""
    last = min(end, LONGEST - 0.5 * math.log(rest)) if rest > 0 else end
    nodes, weights = np.polynomial.legendre.leggauss(POINTS)
    panels = max(1, math.ceil(last / 1.5))
    y = last / panels * (np.arange(panels)[:, None] + 0.5 * (nodes + 1.0))
    square = np.sinh(y) ** 2
    d = 1.0 + rest * square
    return float(np.sum(weights * (square / d) ** k / np.sqrt(d)) * 0.5 * last / panels)


# ----------------------------------------------------------------------------------------------------------- entropy
EXPANDED = (1 / 2, 1 / 12, 1 / 12, 19 / 120, 9 / 20, 863 / 504, 1375 / 168, 33953 / 720, 57281 / 180, 3250433 / 1320, 1891755 / 88)
"""The expansion of E log(k + 1) - log(mu) in powers of 1 / mu, by the central moments of a Poisson distribution."""
MANY = 80.0


def poisson_entropy_slope(order: int, mu: Any) -> Any:
    """The derivative of this order, 1 or more, of the entropy of `scipy.stats.poisson(mu)`.

    An expectation of f(k) moves by that of f(k + 1) - f(k), and the entropy is mu - mu log(mu) + E log(k!), so its slope is
    E log(k + 1) - log(mu).
    """
    return _over(lambda one: _entropy_slope(order, one), mu)


def _entropy_slope(order: int, mu: float) -> float:
    from scipy import special

    if mu > MANY:
        signs = (-1.0) ** (order - 1)
        powers = enumerate(EXPANDED, 1)
        return float(signs * sum(c * math.prod(range(n, n + order - 1)) * mu ** (1.0 - n - order) for n, c in powers))
    if not mu > 0:
        return (math.inf if order % 2 else -math.inf) if mu == 0 else math.nan
    k = np.arange(0.0, math.ceil(mu + 12.0 * math.sqrt(mu) + 40.0))
    chances = np.exp(special.xlogy(k, mu) - special.gammaln(k + 1.0) - mu)
    if order == 1:
        off = (k + 1.0 - mu) / mu  # its expectation is 1 / mu
        return float(np.sum(chances * (np.log((k + 1.0) / mu) - off)) / np.sum(chances) + 1.0 / mu)
    steps = np.diff(np.log(np.arange(1.0, len(k) + order)), order - 1)
    return float(np.sum(chances * steps) + (-1.0) ** (order - 1) * math.factorial(order - 2) * mu ** (1.0 - order))


# ------------------------------------------------------------------------------------------------------------- shares
def completed_shares(p: Any) -> Any:
    """Chances as `scipy.stats.multinomial` reads them: where they do not add up to 1, the last one is what the others leave."""
    p = np.array(_real(p))
    rest = 1.0 - np.sum(p[..., :-1], axis=-1)
    off = np.abs(1.0 - np.sum(p, axis=-1)) > 10.0 * np.finfo(np.result_type(p, np.float32)).eps
    p[..., -1] = np.where(off, rest, p[..., -1])
    return p
