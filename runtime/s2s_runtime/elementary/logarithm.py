"""log, log2, log10, log1p.

x = 2^k m with m between sqrt(1/2) and sqrt(2), f = m - 1, s = f / (2 + f).  Since log(1 + f) = 2 artanh(s) and
2 s = f - s f = f - f^2/2 + s f^2/2, the logarithm is f - f^2/2 + s (f^2/2 + s^2 L(s^2)): its first term is exact.
"""

from __future__ import annotations

from s2s_runtime.elementary.coefficients import LOG, LOG2_E, LOG10_2, LOG10_E, LOG_2, SQRT_HALF
from s2s_runtime.elementary.doubled import fast_two_sum, two_product, two_sum
from s2s_runtime.elementary.staging import (
    INFINITY,
    NAN,
    Real,
    Whole,
    bits,
    from_bits,
    fused,
    polynomial,
    select,
    select_whole,
)


def split(x: Real) -> tuple[Whole, Real]:
    """k + the bias of the format, and m, of a positive normal number."""
    form = x.format
    least = bits(x.like(SQRT_HALF[x.digits]))
    distance = bits(x) - least
    biased = (distance + (form.bias << form.shift)) >> form.shift
    return biased, from_bits((distance & ((1 << form.shift) - 1)) + least)


def as_real(biased: Whole, offset: float) -> Real:
    """The integer, which is not negative, less the offset."""
    rounder = 2.0**biased.stage.format.shift
    return from_bits(biased | bits(biased.stage.real(rounder))) - (rounder + offset)


def series(f: Real) -> Real:
    """log(1 + f) - f."""
    s = f / (f + 2.0)
    square = s * s
    half = 0.5 * f * f
    return s * fused(square, polynomial(square, LOG[f.digits]), half) - half


def combined(k: Real, f: Real) -> Real:
    """k log 2 + log(1 + f)."""
    top, low = LOG_2[f.digits]
    total, error = fast_two_sum(k * top, f)
    return total + (error + fused(k, low, series(f)))


def in_base(k: Real, f: Real, doubling: tuple[float, float], slope: tuple[float, float]) -> Real:
    """The same over the logarithm of the base: `doubling` is log 2 over that, `slope` 1 over that, each in two parts."""
    product, error = two_product(f, f.like(slope[0]))
    total, lost = fast_two_sum(k * doubling[0], product)
    rest = fused(series(f), slope[0], fused(f, slope[1], k * doubling[1]))
    return total + (lost + (error + rest))


def special(x: Real, result: Real) -> Real:
    """The logarithm of x, where `result` is right for what is finite and positive."""
    result = select(x < INFINITY, result, x)
    return select(x > 0.0, result, select(x.equals(0.0), -INFINITY, NAN))


def exponent_and_rest(x: Real) -> tuple[Real, Real]:
    """k and m, of a positive number that may be denormal."""
    form = x.format
    denormal = x < 2.0 ** (1 - form.bias)
    biased, m = split(select(denormal, x * 2.0**form.digits, x))
    return as_real(biased, form.bias) - select(denormal, float(form.digits), 0.0), m


def log(x: Real) -> Real:
    k, m = exponent_and_rest(x)
    return special(x, combined(k, m - 1.0))


def log2(x: Real) -> Real:
    k, m = exponent_and_rest(x)
    return special(x, in_base(k, m - 1.0, (1.0, 0.0), LOG2_E[x.digits]))


def log10(x: Real) -> Real:
    k, m = exponent_and_rest(x)
    return special(x, in_base(k, m - 1.0, LOG10_2[x.digits], LOG10_E[x.digits]))


def log1p(x: Real) -> Real:
    """log(u) for u = 1 + x, where what u lacks is added to f."""
    form = x.format
    u, lacking = two_sum(x.like(1.0), x)
    biased, m = split(u)
    # What u lacks counts for nothing where x is large, and its scale would be out of range.
    exponent = select_whole(x < 2.0 ** (form.bias - 2), x.stage.whole(2 * form.bias) - biased, x.stage.whole(0))
    scale = from_bits(exponent << form.shift)
    f = fused(lacking, scale, m - 1.0)
    k = as_real(biased, form.bias)
    near = k.equals(0.0)
    result = combined(k, select(near, x, f))
    result = select(x < INFINITY, result, x)
    result = select(x > -1.0, result, select(x.equals(-1.0), -INFINITY, NAN))
    return select(x.equals(0.0), x, result)
