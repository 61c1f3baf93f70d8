"""arctan.

arctan |x| = b + arctan t, where t is |x| itself below 1/2, (|x| - 1) / (|x| + 1) up to 2, and -1 / |x| beyond, and b is 0,
pi/4 or pi/2.  One division serves all three; its error is carried along, and so |t| <= 1/2.
"""

from __future__ import annotations

from s2s_runtime.elementary.coefficients import ATAN, HALF_PI
from s2s_runtime.elementary.doubled import fast_two_sum, quotient
from s2s_runtime.elementary.staging import Real, fused, magnitude, polynomial, select, sign, with_sign

LARGEST = {53: 2.0**60, 24: 2.0**30}  # the result is pi/2 from here on; 1 / infinity would make the error of 1 / x NaN


def arctan(x: Real) -> Real:
    size = magnitude(x)
    size = select(size > LARGEST[x.digits], LARGEST[x.digits], size)
    near, middle = size < 0.5, size < 2.0
    more, lost = fast_two_sum(select(size < 1.0, 1.0, size), select(size < 1.0, size, 1.0))
    over = select(near, size, select(middle, size - 1.0, -1.0))
    under = select(near, 1.0, select(middle, more, size))
    t, rest = quotient((over, x.like(0.0)), (under, select(near, 0.0, select(middle, lost, 0.0))))
    square = t * t
    first, second, _ = HALF_PI[x.digits]
    quarters = select(near, 0.0, select(middle, 0.5, 1.0))
    total, error = fast_two_sum(quarters * first, t)
    rest = fused(square * t, polynomial(square, ATAN[x.digits]), fused(quarters, second, rest))
    return with_sign(total + (error + rest), sign(x))
