"""Derivative rules: the arithmetic operators, powers and remainders.

In: the functions behind `+ - * / ** %` in `operator`, `math` and NumPy.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, diagonal, elementwise
from s2s.rules.when import is_complex, is_number, is_one_of, vanishes

POWERS = (operator.pow, np.power, np.float_power, math.pow, pow)


@diagonal(operator.add, np.add, domain=("real", "real"))
def add(v, x1, x2):
    return v, v


@diagonal(operator.sub, np.subtract, domain=("real", "real"))
def subtract(v, x1, x2):
    return v, -v


@elementwise(operator.mul, np.multiply, domain=("real", "real"))
def multiply(x1, x2):
    return x2, x1


@diagonal(operator.truediv, np.divide, domain=("real", "nonzero"))
def divide(v, x1, x2, *, result):
    return v / x2, -v * result / x2


@diagonal(operator.neg, np.negative, domain="real")
def negative(v, x):
    return -v


@diagonal(operator.pos, np.positive, domain="real")
def positive(v, x):
    return v


@elementwise(np.square, domain="real")
def square(x):
    return 2.0 * x


@elementwise(np.reciprocal, domain="nonzero")
def reciprocal(x, *, result):
    return -result * result


@diagonal(operator.mod, np.remainder, domain=("real", "nonzero"))
def remainder(v, x1, x2):
    return v, -v * (x1 // x2)


@diagonal(np.fmod, math.fmod, math.remainder, domain=("real", "nonzero"))
def fmod(v, x1, x2, *, result):
    """The quotient is a whole number; the division alone could round to the wrong side of one."""
    return v, -v * np.rint((x1 - result) / x2)


def modf_jvp(x_dot, x):
    return x_dot, np.zeros_like(x_dot)


@custom(np.modf, math.modf, jvp=modf_jvp, cases=[case(A(4, domain="nonzero")), case(A(2, 3)), case(A())])
def modf(g, x):
    """The fraction moves, the whole part does not."""
    return g[0]


def frexp_jvp(x_dot, x, *, result):
    return np.ldexp(x_dot, -result[1]), None


@custom(np.frexp, math.frexp, jvp=frexp_jvp, cases=[case(A(4, domain="nonzero")), case(A(2, 3)), case(A())])
def frexp(g, x, *, result):
    """The exponent is a whole number."""
    return np.ldexp(g[0], -result[1])


@diagonal(np.ldexp, math.ldexp, wrt=("x1",), cases=[case(A(3), 2), case(A(), -1), case(A(2, 3), np.array([0, 1, 5]))])
def ldexp(v, x1, x2):
    return np.ldexp(v, x2)


# ------------------------------------------------------------------------------------------------------ powers
def exponent_is(value: float) -> Any:
    return lambda x1, x2: is_one_of(x2, value)


@diagonal(*POWERS, wrt=("x1",), when=exponent_is(0), cases=[case(A(3), 0), case(A(), 0.0)])
def power_0(v, x1, x2):
    return np.zeros_like(v)


@diagonal(*POWERS, wrt=("x1",), when=exponent_is(1), cases=[case(A(3), 1), case(A(), 1.0)])
def power_1(v, x1, x2):
    return v


@elementwise(*POWERS, wrt=("x1",), when=exponent_is(2), cases=[case(A(3), 2), case(A(2, 3), 2.0), case(A(), 2)])
def power_2(x1, x2):
    return 2.0 * x1


@elementwise(
    *POWERS,
    wrt=("x1",),
    when=lambda x1, x2: vanishes(x1) and is_number(x2) and 0 < x2.const[0] < 1,
    cases=[case(A(3, domain="sum of squares"), 0.5), case(A(domain="sum of squares"), 0.25)],
)
def root_of_squares(x1, x2):
    """As of `sqrt`: where what is never negative is 0, the slope is 0."""
    return x2 * np.where(x1 == 0, np.inf, x1) ** (x2 - 1)


@elementwise(
    *POWERS,
    wrt=("x1",),
    when=lambda x1, x2: is_number(x2),
    cases=[
        case(A(3), 3),
        case(A(2, 3, domain="nonzero"), -2.0),
        case(A(3, domain="positive"), 0.5),
        case(A(0), 3),
        case(A(domain="positive"), -1.5),
    ],
)
def power_of_variable(x1, x2):
    return x2 * x1 ** (x2 - 1)


@elementwise(
    *POWERS,
    wrt=("x2",),
    when=lambda x1, x2: is_number(x1) and x1.const[0] > 0,
    cases=[case(2, A(3)), case(0.5, A(2, 3)), case(10.0, A())],
)
def power_of_number(x1, x2, *, result):
    return result * math.log(x1)


@elementwise(
    *POWERS,
    wrt=("x1",),
    when=lambda x1, x2: x2.dtype is not None and x2.dtype.kind in "iu",
    cases=[
        case(A(4), np.array([0, 1, 2, 3])),
        case(A(2, 1), np.array([3, 2, 0])),
        case(A(3, domain="nonzero"), np.array([1, 2, 5])),
    ],
)
def power_whole(x1, x2):
    base = np.where((x1 == 0) & (x2 == 0), 1.0, x1)
    return x2 * base ** (x2 - 1)


@elementwise(
    *(function for function in POWERS if function is not math.pow),
    when=lambda x1, x2: is_complex(x2) or (is_number(x1) and x1.const[0] < 0 and not x2.real),
    wrt=("x1", "x2"),
    cases=[case(A(3, domain="positive"), A(3, domain="complex")), case(A(2, 3, domain="complex"), 1j)],
)
def power_complex(x1, x2, *, result):
    """A negative base has a complex logarithm."""
    base = np.where((x1 == 0) & (x2 == 0), 1.0, x1)
    return x2 * base ** (x2 - 1.0), result * np.log(np.where(x1 == 0, 1.0, x1) + 0j)


@diagonal(*POWERS, domain=("positive", "real"))
def power(v, x1, x2, *, result):
    """x**0 is 1 for every x, also for 0, so its derivative is 0 there; 0**y is 0 for every y > 0.

    A negative base has no slope by the exponent; along an exponent that does not move, none is asked for.
    """
    base = np.where((x1 == 0) & (x2 == 0), 1.0, x1)
    by_exponent = result * np.log(np.where(x1 == 0, 1.0, x1))
    return v * (x2 * base ** (x2 - 1.0)), np.where(v == 0, 0.0, v * by_exponent)
