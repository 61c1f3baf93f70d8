"""exp, exp2, expm1, sinh, cosh, tanh.

x = n log 2 + r with |r| <= log(2) / 2, n an integer; log 2 is taken in two parts, the first so short that n times it is
exact (W. J. Cody and W. Waite).  Then e^x = 2^n (1 + r + r^2 q(r)), with a minimax polynomial q.
"""

from __future__ import annotations

from dataclasses import dataclass

from s2s_runtime.elementary.coefficients import EXP, LOG2_E, LOG_2, SINH, TANH
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
EXP2_RANGE = {53: (-1080.0, 1025.0), 24: (-155.0, 129.0)}
HALF_EXP_LIMIT = {53: 711.0, 24: 90.0}  # the same for e^x / 2
EXPM1_LEAST = {53: -40.0, 24: -20.0}  # e^x is less than half of 1's last digit here
SINH_IS_POLYNOMIAL = {53: 1.0, 24: 1.0}
TANH_IS_POLYNOMIAL = {53: 0.55, 24: 0.55}
TANH_IS_ONE = {53: 22.0, 24: 10.0}


@dataclass(frozen=True)
class Reduced:
    """`word`, whose lower bits are those of the integer n; r; and what r lacks, where that is wanted."""

    word: Whole
    r: Real
    rest: Real | None = None

    def tail(self) -> Real:
        """e^r - 1 - r."""
        square, series = self.r * self.r, polynomial(self.r, EXP[self.r.digits])
        return square * series if self.rest is None else fused(square, series, self.rest)

    def power(self) -> Real:
        """e^r."""
        return 1.0 + fused(self.r * self.r, polynomial(self.r, EXP[self.r.digits]), self.r)

    def pair(self) -> Pair:
        """e^r, to some digits more; the second part is not small against the last place of the first."""
        top, rest = fast_two_sum(self.r.like(1.0), self.r)
        return top, rest + self.tail()


def rounded(x: Real) -> tuple[Whole, Real]:
    """n = x / log 2 to the nearest integer, as `Reduced.word` and as a number."""
    shifted = fused(x, LOG2_E[x.digits][0], x.format.rounder)
    return bits(shifted), shifted - x.format.rounder


def reduced(x: Real) -> Reduced:
    """r is rounded: an error in it counts against 1."""
    word, n = rounded(x)
    top, low = LOG_2[x.digits]
    return Reduced(word, fused(n, -low, fused(n, -top, x)))


def reduced_twice(x: Real, rest: Real | None = None) -> Reduced:
    """Of x + rest, with what r lacks."""
    word, n = rounded(x)
    top, low = LOG_2[x.digits]
    start = fused(n, -top, x)
    correction = n * low if rest is None else n * low - rest
    r = start - correction
    return Reduced(word, r, (start - r) - correction)


def clamped(x: Real, least: float, largest: float) -> Real:
    """NaN stays NaN."""
    x = select(x < least, least, x)
    return select(x > largest, largest, x)


def scaled(x: Real, word: Whole) -> Real:
    """x * 2^n in two steps, since 2^n alone may be out of range."""
    bias, shift = x.format.bias, x.format.shift
    whole = word + 2 * bias
    half = whole >> 1  # n / 2 + bias; what stands above its exponent field is shifted out
    return x * from_bits(half << shift) * from_bits((whole - half) << shift)


def power_of_two(word: Whole) -> Real:
    """2^n, for a normal result."""
    form = word.stage.format
    return from_bits((word + form.bias) << form.shift)


def exp(x: Real) -> Real:
    parts = reduced(clamped(x, *EXP_RANGE[x.digits]))
    return scaled(parts.power(), parts.word)


def exp2(x: Real) -> Real:
    """2^x = 2^n e^(r log 2), where r = x - n is exact."""
    x = clamped(x, *EXP2_RANGE[x.digits])
    rounder = x.format.rounder
    shifted = x + rounder
    parts = Reduced(bits(shifted), (x - (shifted - rounder)) * sum(LOG_2[x.digits]))
    return scaled(parts.power(), parts.word)


def expm1(x: Real) -> Real:
    tiny = magnitude(x) < 2.0 ** -(x.digits + 1)
    return select(tiny, x, expm1_of(clamped(x, EXPM1_LEAST[x.digits], EXP_RANGE[x.digits][1])))


def expm1_of(x: Real, rest: Real | None = None) -> Real:
    """e^(x + rest) - 1, where x is not so small that half of it would be rounded."""
    parts = reduced_twice(x, rest)
    half = power_of_two(parts.word - 1)  # 2^n itself may be out of range where the result is not
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
    parts = reduced(select(size > HALF_EXP_LIMIT[size.digits], HALF_EXP_LIMIT[size.digits], size))
    top, rest = (scaled(part, parts.word - 1) for part in parts.pair())
    return top, rest, 0.25 / (top + rest)


def tanh(x: Real) -> Real:
    """1 - 2 / (e^(2 |x|) + 1), or an odd polynomial where that would cancel."""
    size = magnitude(x)
    parts = reduced(select(size > TANH_IS_ONE[x.digits], TANH_IS_ONE[x.digits], size) * 2.0)
    large = 1.0 - 2.0 / (parts.power() * power_of_two(parts.word) + 1.0)
    square = size * size
    small = fused(size * square, polynomial(square, TANH[x.digits]), size)
    return with_sign(select(size < TANH_IS_POLYNOMIAL[x.digits], small, large), sign(x))
