"""power by a small exponent that stands in the program: products, quotients and a square root.

`x ** 3.0` is `x * x * x`, and `x ** -1.5` is `(1 / x) / sqrt(x)`.  What an exponent is written as keeps all that comes in
between within range wherever the result is, and rounds so seldom that no result is further than two units from what is exact:
`1 / (x * sqrt(x))` would be 0 where it should be a denormal.  The special cases are those of IEEE 754 (`pow`).
"""

from __future__ import annotations

from collections.abc import Callable

from s2s_runtime.elementary.doubled import two_product
from s2s_runtime.elementary.staging import INFINITY, Real, fused, literal, magnitude, select, square_root


def rooted(written: Callable[[Real, Real], Real]) -> Callable[[Real], Real]:
    """An odd multiple of a half, from x and its square root; of both zeros, and of both infinities, it is the same."""

    def power(x: Real) -> Real:
        x = select(x.equals(-INFINITY), INFINITY, x + 0.0)
        return written(x, square_root(x))

    return power


def squared_twice(x: Real) -> Real:
    square = x * x
    return square * square


def over_square(x: Real) -> Real:
    inverse = 1.0 / x
    return inverse * inverse


def over_square_and_root(x: Real, root: Real) -> Real:
    """x ** -2.5, with what the square and the root have lost put back in where that is a number."""
    square, rest = two_product(x, x)
    top, low = two_product(root, root)
    inverse = 1.0 / square
    lost = -(rest * inverse) - 0.5 * ((x - top) - low) * (inverse * x)
    return select(magnitude(lost) < 1.0, fused(inverse, lost, inverse), inverse) / root


FIXED: dict[float, Callable[[Real], Real]] = {
    1.0: lambda x: x, 2.0: lambda x: x * x, 3.0: lambda x: x * x * x, 4.0: squared_twice,
    -1.0: lambda x: 1.0 / x, -2.0: over_square,
    0.5: rooted(lambda x, root: root), 1.5: rooted(lambda x, root: x * root), 2.5: rooted(lambda x, root: x * x * root),
    -0.5: rooted(lambda x, root: 1.0 / root), -1.5: rooted(lambda x, root: (1.0 / x) / root),
    -2.5: rooted(over_square_and_root),
}  # fmt: skip


def written_for(exponent: Real) -> Callable[[Real], Real] | None:
    """How a power is written out; None where its exponent is found out when the program runs, or is another one."""
    value = literal(exponent)
    return None if value is None else FIXED.get(value)
