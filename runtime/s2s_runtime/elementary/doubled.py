"""Sums and products whose rounding errors are kept: a number as a pair, the second part small against the first.

The transformations are T. J. Dekker's and D. E. Knuth's.  In and out: `Real` values.  Exact unless something overflows
or underflows; where the processor has no fused multiply-add, the error of a product may itself be rounded.
"""

from __future__ import annotations

from s2s_runtime.elementary.staging import Real, bits, from_bits, fused, rounded_once

Pair = tuple[Real, Real]


def two_sum(a: Real, b: Real) -> Pair:
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def fast_two_sum(a: Real, b: Real) -> Pair:
    """For a = 0 or |a| >= |b|."""
    total = a + b
    return total, b - (total - a)


def two_product(a: Real, b: Real) -> Pair:
    product = a * b
    if a.stage.has_fma:
        return product, rounded_once(a, b, -product)
    a_top, a_rest = halves(a)
    b_top, b_rest = halves(b)
    return product, ((a_top * b_top - product) + a_top * b_rest + a_rest * b_top) + a_rest * b_rest


def halves(a: Real) -> Pair:
    """The upper half of the digits, and the rest."""
    low = (1 << ((a.digits + 1) // 2)) - 1
    top = from_bits(bits(a) & ~low)
    return top, a - top


def remainder(a: Real, b: Real, c: Real) -> Real:
    """a - b * c, where that is representable, or nearly so: b * c is close to a."""
    if a.stage.has_fma:
        return rounded_once(-b, c, a)
    product, error = two_product(b, c)
    return (a - product) - error


def times(a: Pair, b: Pair) -> Pair:
    """The second part may be a few units of the first one's last place."""
    product, error = two_product(a[0], b[0])
    return product, fused(a[0], b[1], fused(a[1], b[0], error))


def quotient(a: Pair, b: Pair) -> Pair:
    inverse = 1.0 / b[0]
    first = a[0] * inverse
    return first, (remainder(a[0], first, b[0]) + (a[1] - first * b[1])) * inverse
