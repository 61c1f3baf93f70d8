"""Generated code on fractions: equal to the last digit in both modes, and to what is known."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from s2s.verify import NotVerified
from s2s.verify.exact import exactly, exactly_along


def fractions(*numbers):
    return np.array([Fraction(number) for number in numbers], object)


def horner(coefficients, x):
    value = 0.0
    for k in range(len(coefficients)):
        value = value * x + coefficients[k]
    return value


def continued(x):
    value = x[-1]
    for k in range(len(x) - 2, -1, -1):
        value = x[k] + 1.0 / value
    return value


def smoothed(u):
    u = u.copy()
    for _ in range(3):
        u[1:-1] = 0.25 * u[:-2] + 0.5 * u[1:-1] + 0.25 * u[2:]
    return u


def rational_map(a, x):
    for _ in range(2):
        x = a @ x / (1.0 + x @ x)
    return np.sum(x**3)


def newton(x, n=4):
    root = 1.0
    for _ in range(n):
        root = 0.5 * (root + x / root)
    return root


A = np.array([[Fraction(1, 3), Fraction(-2, 7)], [Fraction(5), Fraction(1, 11)]], object)
CASES = {
    "horner": (horner, (fractions("1/3", "-2/5", "7"), Fraction(3, 7))),
    "continued": (continued, (fractions(1, 2, "3/2", "5/7"),)),
    "smoothed": (smoothed, (fractions(1, "1/3", "2/3", 5, "-1/7"),)),
    "rational_map": (rational_map, (A, fractions("1/2", "-1/3"))),
    "newton": (newton, (Fraction(2),)),
}


def like(tree, rng):
    def drawn(shape):
        numbers = [Fraction(int(rng.integers(-9, 10)), int(rng.integers(1, 10))) for _ in range(int(np.prod(shape)))]
        return np.array(numbers, object).reshape(shape) if shape else numbers[0]

    return drawn(np.shape(tree))


def inner(a, b):
    return sum((x * y for x, y in zip(np.ravel(a), np.ravel(b), strict=True)), Fraction(0))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", range(3))
def test_both_modes_are_adjoint_exactly(name, seed):
    function, args = CASES[name]
    rng = np.random.default_rng(seed)
    tangents = tuple(like(arg, rng) for arg in args)
    value, dot = exactly_along(function, args, tangents)
    g = like(value, rng)
    again, bars = exactly(function, *args, seed=g)
    assert np.array_equal(value, again)
    assert inner(g, dot) == sum(inner(bar, v) for bar, v in zip(bars, tangents, strict=True))


def test_a_derivative_that_is_known():
    value, (coefficients_bar, x_bar) = exactly(horner, fractions(1, 0, 0), Fraction(1, 3))
    assert value == Fraction(1, 9)
    assert x_bar == Fraction(2, 3)
    assert list(coefficients_bar) == [Fraction(1, 9), Fraction(1, 3), 1]


def test_differences_of_a_polynomial_are_its_derivative():
    """Of a quadratic, a central difference with any step is exact."""
    x, v = fractions("1/2", "2/3", -1), fractions(3, "-1/5", "1/7")

    def quadratic(x):
        return np.sum(x[1:] * x[:-1]) + x[0] ** 2

    _, dot = exactly_along(quadratic, (x,), (v,))
    up, down = (exactly(quadratic, x + sign * v)[0] for sign in (1, -1))
    assert dot == (up - down) / 2


def test_a_root_is_no_fraction():
    with pytest.raises(NotVerified, match="is no fraction"):
        exactly(lambda x: np.sqrt(x), Fraction(1, 3))
