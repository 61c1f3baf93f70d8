"""exp, expm1, sinh, cosh, tanh.

x = n log 2 + r with |r| <= log(2) / 2, n an integer; log 2 is taken in two parts, the first so short that n times it is
exact (W. J. Cody and W. Waite).  Then e^x = 2^n (1 + r + r^2 q(r)), with a minimax polynomial q.
"""

from __future__ import annotations

from dataclasses import dataclass

from s2s_runtime.elementary.coefficients import EXP, LOG2, LOG2_E, SINH, TANH
from s2s_runtime.elementary.doubled import Pair, fast_two_sum
from s2s_runtime.elementary.staging import (
    Real,
    Whole,
    bits,
    from_bits,
    fused,
    magnitude,
    polynomial,
    select,
    sign,
    with_sign,
)

# Beyond these the result is infinite, or nothing is left of it.
EXP_RANGE = {53: (-746.0, 710.0), 24: (-105.0, 89.0)}
HALF_EXP_LIMIT = {53: 711.0, 24: 90.0}  # the same for e^x / 2
EXPM1_LEAST = {53: -40.0, 24: -20.0}  # e^x is less than half of 1's last digit here
SINH_IS_POLYNOMIAL = {53: 1.0, 24: 1.0}
TANH_IS_POLYNOMIAL = {53: 0.55, 24: 0.55}
TANH_IS_ONE = {53: 22.0, 24: 10.0}


@dataclass(frozen=True)
class Reduced:
    """n as an integer, r, and what r lacks."""

    n: Whole
    r: Real
    rest: Real

    def tail(self) -> Real:
        """e^r - 1 - r."""
        return fused(self.r * self.r, polynomial(self.r, EXP[self.r.digits]), self.rest)

    def power(self) -> Real:
        """e^r."""
        top, rest = self.pair()
        return top + rest

    def pair(self) -> Pair:
        """e^r, to half as many digits again."""
        top, rest = fast_two_sum(self.r.like(1.0), self.r)
        return top, rest + self.tail()


def reduced(x: Real, rest: Real | None = None) -> Reduced:
    """Of x, or of x + rest."""
    rounder = x.format.rounder
    shifted = fused(x, LOG2_E[x.digits], rounder)
    n = shifted - rounder
    top, low = LOG2[x.digits]
    start = fused(n, -top, x)
    correction = n * low if rest is None else n * low - rest
    r = start - correction
    return Reduced(bits(shifted) - bits(x.like(rounder)), r, (start - r) - correction)


def clamped(x: Real, least: float, largest: float) -> Real:
    """NaN stays NaN."""
    x = select(x < least, least, x)
    return select(x > largest, largest, x)


def scaled(x: Real, n: Whole) -> Real:
    """x * 2^n in two steps, since 2^n alone may be out of range."""
    bias, shift = x.format.bias, x.format.shift
    whole = n + (2 * bias + 2)
    half = whole >> 1
    first = from_bits((half - 1) << shift)
    second = from_bits((whole - half - 1) << shift)
    return x * first * second


def power_of_two(n: Whole) -> Real:
    """2^n, for a normal result."""
    form = n.stage.format
    return from_bits((n + form.bias) << form.shift)


def exp(x: Real) -> Real:
    parts = reduced(clamped(x, *EXP_RANGE[x.digits]))
    return scaled(parts.power(), parts.n)


def expm1(x: Real) -> Real:
    tiny = magnitude(x) < 2.0 ** -(x.digits + 1)
    return select(tiny, x, expm1_of(clamped(x, EXPM1_LEAST[x.digits], EXP_RANGE[x.digits][1])))


def expm1_of(x: Real, rest: Real | None = None) -> Real:
    """e^(x + rest) - 1, where x is not so small that half of it would be rounded."""
    parts = reduced(x, rest)
    half = power_of_two(parts.n - 1)  # 2^n itself may be out of range where the result is not
    total, error = fast_two_sum(half - 0.5, half * parts.r)
    return 2.0 * (total + fused(half, parts.tail(), error))


def sinh(x: Real) -> Real:
    size = magnitude(x)
    top, rest, inverse = halved(size)
    large = top - (inverse - rest)
    square = size * size
    small = fused(size * square, polynomial(square, SINH[x.digits]), size)
    return with_sign(select(size < SINH_IS_POLYNOMIAL[x.digits], small, large), sign(x))


def cosh(x: Real) -> Real:
    top, rest, inverse = halved(magnitude(x))
    return top + (inverse + rest)


def halved(size: Real) -> tuple[Real, Real, Real]:
    """e^size / 2 as a pair, and e^-size / 2."""
    parts = reduced(clamped(size, 0.0, HALF_EXP_LIMIT[size.digits]))
    top, rest = (scaled(part, parts.n - 1) for part in parts.pair())
    return top, rest, 0.25 / (top + rest)


def tanh(x: Real) -> Real:
    """1 - 2 / (e^(2 |x|) + 1), or an odd polynomial where that would cancel."""
    size = magnitude(x)
    twice = clamped(size, 0.0, TANH_IS_ONE[x.digits]) * 2.0
    parts = reduced(twice)
    large = 1.0 - 2.0 / (parts.power() * power_of_two(parts.n) + 1.0)
    square = size * size
    small = fused(size * square, polynomial(square, TANH[x.digits]), size)
    return with_sign(select(size < TANH_IS_POLYNOMIAL[x.digits], small, large), sign(x))
