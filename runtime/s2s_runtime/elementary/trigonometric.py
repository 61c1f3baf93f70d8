"""sin, cos, tan.

x = n pi/2 + r with |r| <= pi/4, n an integer; pi/2 is taken in three parts, and products and sums keep their errors, so
that r, a pair, has all its digits even where x is next to a multiple of pi/2.  That holds up to a bound; what lies beyond
is rare, and reduced one number at a time (`huge`).
"""

from __future__ import annotations

from dataclasses import dataclass

from s2s_runtime.elementary.coefficients import COS, HALF_PI, SIN, TAN, TWO_BY_PI
from s2s_runtime.elementary.doubled import Pair, fast_two_sum, quotient, remainder, two_product, two_sum
from s2s_runtime.elementary.huge import reduced as huge_reduced
from s2s_runtime.elementary.rare import beyond
from s2s_runtime.elementary.staging import (
    INFINITY,
    NAN,
    Real,
    Truth,
    Whole,
    bits,
    from_bits,
    fused,
    magnitude,
    polynomial,
    select,
)

# Up to here r has its digits.  For float32 the rounding of x * 2/pi limits it: |r| may exceed pi/4 by this much.
BOUND = {53: 2.0**30, 24: 2.0**15}


@dataclass(frozen=True)
class Angle:
    """The quadrant n, modulo a power of two, and r."""

    quadrant: Whole
    r: Real
    rest: Real


def reduced(x: Real) -> Angle:
    rounder = x.format.rounder
    shifted = fused(x, TWO_BY_PI[x.digits], rounder)
    n = shifted - rounder
    first, second, third = (x.like(part) for part in HALF_PI[x.digits])
    start = remainder(x, n, first)
    product, error = two_product(n, second)
    total, lost = two_sum(start, -product)
    r, rest = fast_two_sum(total, lost - (error + n * third))
    return Angle(bits(shifted), r, rest)


def sine(angle: Angle) -> Real:
    """Of r: r + r^3 S(r^2), and the rest times the cosine, for which 1 - r^2/2 will do."""
    r, rest = angle.r, angle.rest
    square = r * r
    return r + fused(square * r, polynomial(square, SIN[r.digits]), fused(rest * square, -0.5, rest))


def cosine(angle: Angle) -> Real:
    """Of r: 1 - r^2/2 + r^4 C(r^2), less the rest times the sine."""
    r, rest = angle.r, angle.rest
    square = r * r
    half = 0.5 * square
    top = 1.0 - half
    return top + (((1.0 - top) - half) + fused(square * square, polynomial(square, COS[r.digits]), -(r * rest)))


def turned(angle: Angle, quadrant: Whole) -> Real:
    """The sine of r after `quadrant` quarters of a turn."""
    value = select((quadrant & 1).equals(0), sine(angle), cosine(angle))
    return flipped(value, (quadrant & 2) << (value.format.size - 2))


def flipped(x: Real, sign_bit: Whole) -> Real:
    return from_bits(bits(x) ^ sign_bit)


SINE, COSINE, TANGENT = 0, 1, 2


def sin(x: Real) -> Real:
    angle = reduced(x)
    return everywhere(x, select(is_tiny(x), x, turned(angle, angle.quadrant)), SINE)


def cos(x: Real) -> Real:
    angle = reduced(x)
    return everywhere(x, turned(angle, angle.quadrant + 1), COSINE)


def tan(x: Real) -> Real:
    return everywhere(x, select(is_tiny(x), x, slope(reduced(x))), TANGENT)


def is_tiny(x: Real) -> Truth:
    """Whether sin x and tan x round to x: products of such numbers may underflow, and a sum loses the sign of 0."""
    return magnitude(x) < 2.0 ** -(x.digits // 2 + 1)


def everywhere(x: Real, value: Real, kind: int) -> Real:
    return beyond(BOUND[x.digits], x, value, of_huge, kind)


def of_huge(x: Real, kind: Whole) -> Real:
    """The function of this kind; NaN for infinity."""
    quadrant, (r, rest) = huge_reduced(x)
    angle = Angle(quadrant, r, rest)
    value = select(kind.equals(TANGENT), slope(angle), turned(angle, quadrant + kind))
    return select(magnitude(x) < INFINITY, value, NAN)


def slope(angle: Angle) -> Real:
    """The tangent: 2 t / (1 - t^2) with t = tan(r / 2), or minus its inverse in every other quadrant."""
    t = tangent(Angle(angle.quadrant, 0.5 * angle.r, 0.5 * angle.rest))
    above = (2.0 * t[0], 2.0 * t[1])
    below = one_less_square(t)
    even = (angle.quadrant & 1).equals(0)
    ratio, error = quotient(
        (select(even, above[0], -below[0]), select(even, above[1], -below[1])),
        (select(even, below[0], above[0]), select(even, below[1], above[1])),
    )
    return ratio + error


def tangent(angle: Angle) -> Pair:
    r, rest = angle.r, angle.rest
    square = r * r
    return fast_two_sum(r, fused(square * r, polynomial(square, TAN[r.digits]), fused(rest, square, rest)))


def one_less_square(t: Pair) -> Pair:
    square, error = two_product(t[0], t[0])
    top = 1.0 - square
    return top, ((1.0 - top) - square) - fused(2.0 * t[0], t[1], error)
