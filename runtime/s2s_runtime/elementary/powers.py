"""power: x^y = e^(y log |x|), with the logarithm and the product to half as many digits again.

An error in y log |x| is an error of the result relative to it, and y log |x| goes up to 745: ten digits more than the
result's are needed.  |x| = 2^k m and s = (m - 1) / (m + 1) as in `logarithm`; log m = 2 s (1 + s^2/3 + s^4 p(s^2)), where all
but p is computed in pairs.  The special cases are those of IEEE 754 (`pow`).
"""

from __future__ import annotations

from s2s_runtime.elementary.coefficients import LOG_2, POW, THIRD
from s2s_runtime.elementary.doubled import Pair, fast_two_sum, quotient, times, two_product
from s2s_runtime.elementary.exponential import clamped, reduced_twice, scaled
from s2s_runtime.elementary.fixed_powers import written_for
from s2s_runtime.elementary.logarithm import exponent_and_rest
from s2s_runtime.elementary.staging import (
    INFINITY,
    NAN,
    Real,
    Truth,
    bits,
    fused,
    magnitude,
    polynomial,
    select,
    select_whole,
    with_sign,
)

LARGEST = {53: 2.0**65, 24: 2.0**34}  # of |y|: as a factor of a logarithm that is not 0, no less than infinity
EXPONENT = {53: 800.0, 24: 120.0}


def power(x: Real, y: Real) -> Real:
    fixed = written_for(y)
    if fixed is not None:
        return fixed(x)
    size = magnitude(x)
    integral, odd = parity(y)
    value = core(size, y)
    lost = size.equals(0.0) | size.equals(INFINITY)
    value = select(lost, select(exclusive(size.equals(0.0), y < 0.0), 0.0, INFINITY), value)
    value = select(size.equals(1.0), 1.0, value)
    negative = x < 0.0
    value = select(negative & ~integral & ~lost, NAN, value)
    value = select(x.is_nan(), NAN, value)
    sign_bit = select_whole(odd, bits(x) & x.format.sign_bit, x.stage.whole(0))
    value = select(y.is_nan(), NAN, with_sign(value, sign_bit))
    return select(y.equals(0.0) | x.equals(1.0), 1.0, value)


def exclusive(a: Truth, b: Truth) -> Truth:
    return (a & ~b) | (~a & b)


def parity(y: Real) -> tuple[Truth, Truth]:
    """Whether y is an integer, and an odd one.  Infinity is an even integer."""
    size = magnitude(y)
    integral = is_integer(size)
    return integral, integral & ~is_integer(0.5 * size)


def is_integer(size: Real) -> Truth:
    all_are = 2.0**size.format.shift
    return (size >= all_are) | ((size + all_are) - all_are).equals(size)


def core(size: Real, y: Real) -> Real:
    """size^y for a size that is finite and not 0."""
    top, rest = logarithm(size)
    y = clamped(y, -LARGEST[y.digits], LARGEST[y.digits])
    product, error = two_product(y, top)
    limit = EXPONENT[y.digits]
    rest = select(magnitude(product) < limit, fused(y, rest, error), 0.0)
    parts = reduced_twice(clamped(product, -limit, limit), rest)
    top, low = parts.pair()
    return scaled(top + low, parts.word)


def logarithm(x: Real) -> Pair:
    k, m = exponent_and_rest(x)
    below = m + 1.0
    s = quotient((m - 1.0, x.like(0.0)), (below, m - (below - 1.0)))
    square = times(s, s)
    third = THIRD[x.digits]
    linear = times(square, (x.like(third[0]), x.like(third[1])))
    further = fused(square[0] * square[0], polynomial(square[0], POW[x.digits]), linear[1])
    total, error = fast_two_sum(x.like(1.0), linear[0])
    log_m = times((2.0 * s[0], 2.0 * s[1]), (total, error + further))
    top, low = LOG_2[x.digits]
    total, error = fast_two_sum(k * top, log_m[0])
    return fast_two_sum(total, error + fused(k, low, log_m[1]))  # the second part times y must not count in r
