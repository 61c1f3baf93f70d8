"""hypot: the root of two squares, whose size is brought to where no square overflows, and none that counts is lost.

The factor is a power of two, so it rounds nothing.  The special cases are those of C's Annex F: an infinity wins over a NaN.
"""

from __future__ import annotations

from s2s_runtime.elementary.staging import INFINITY, Real, fused, magnitude, select, square_root

LARGE = {53: 2.0**500, 24: 2.0**60}  # what is larger, or smaller than its inverse, is scaled
SCALE = {53: 2.0**600, 24: 2.0**100}


def hypot(x: Real, y: Real) -> Real:
    x, y = magnitude(x), magnitude(y)
    size = select(x < y, y, x)
    large, small = size > LARGE[x.digits], size < 1.0 / LARGE[x.digits]
    factor, back = 1.0 / SCALE[x.digits], SCALE[x.digits]
    down = select(large, factor, select(small, back, 1.0))
    up = select(large, back, select(small, factor, 1.0))
    a, b = x * down, y * down
    return select(x.equals(INFINITY) | y.equals(INFINITY), INFINITY, square_root(fused(a, a, b * b)) * up)
