"""erf.

erf x = 1 - e^p with p = log erfc x, which is smooth: p = x Q(x) with a minimax polynomial Q whose error counts as much as it
changes erf.  So there is one formula from 0 to where the result is 1; near 0 it is -p, and nothing cancels.
"""

from __future__ import annotations

from s2s_runtime.elementary.coefficients import ERF
from s2s_runtime.elementary.doubled import fast_two_sum, two_product
from s2s_runtime.elementary.exponential import expm1_of
from s2s_runtime.elementary.staging import Real, fused, magnitude, polynomial, select, sign, with_sign

IS_ONE = {53: 5.93, 24: 3.93}
IS_LINEAR = {53: 2.0**-28, 24: 2.0**-13}


def erf(x: Real) -> Real:
    size = magnitude(x)
    size = select(size > IS_ONE[x.digits], IS_ONE[x.digits], size)
    slope, rest_of_slope, *others = ERF[x.digits]
    product, error = two_product(size, x.like(slope))
    further = size * fused(size, polynomial(size, tuple(others)), rest_of_slope)
    p, rest = fast_two_sum(product, further)
    value = expm1_of(p, rest + error)
    small = fused(size, -rest_of_slope, size * -slope)
    return with_sign(select(size < IS_LINEAR[x.digits], small, -value), sign(x))
