"""Generated code on fractions: equal to the last digit in both modes, and to what is known."""

from __future__ import annotations

from fractions import Fraction

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest

from s2s.verify import NotVerified
from s2s.verify.exact import exactly, exactly_along, exactly_by_tape
from s2s_runtime import tree


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


@pytest.mark.parametrize("name", CASES)
def test_the_tape_gives_the_same_fractions(name):
    function, args = CASES[name]
    value, _ = exactly_by_tape(function, *args) if name != "smoothed" else (None, None)
    seed = fractions(1, "2/3", 3, 4, "-5/3") if name == "smoothed" else Fraction(7, 3)
    assert_equal(exactly(function, *args, seed=seed), exactly_by_tape(function, *args, seed=seed))
    assert value is None or value == exactly(function, *args)[0]


def assert_equal(found, wanted):
    for one, other in zip(tree.flatten(found)[0], tree.flatten(wanted)[0], strict=True):
        assert np.all(np.asarray(one) == np.asarray(other))


STEPS = {
    "add": lambda stack: stack.append(stack.pop() + stack[0]),
    "multiply": lambda stack: stack.append(stack.pop() * stack[-1]),
    "divide": lambda stack: stack.append(stack.pop() / (2.0 + stack[0] * stack[0])),
    "scale": lambda stack: stack.append(0.25 * stack.pop() - stack[-1]),
    "shift": lambda stack: stack.append(np.concatenate([stack[-1][1:], stack[0][:1]])),
    "sum": lambda stack: stack.append(stack[0] * np.sum(stack.pop())),
    "cumsum": lambda stack: stack.append(np.cumsum(stack[-1])),
    "power": lambda stack: stack.append(stack.pop() ** 2),
    "store": lambda stack: stack.append(stored(stack.pop(), stack[0])),
    "view": lambda stack: stack.append(through_a_view(stack.pop())),
}


def stored(a, x):
    a = a.copy()
    for k in range(1, len(a)):
        a[k] = a[k - 1] * x[k] + a[k]
    return a


def through_a_view(a):
    a = a * 2.0
    part = a[::2]
    part += 1.0
    return a


@hypothesis.settings(max_examples=40, deadline=None, derandomize=True)
@hypothesis.given(steps=st.lists(st.sampled_from(sorted(STEPS)), min_size=1, max_size=6), draw=st.data())
def test_random_rational_programs_give_the_same_fractions(steps, draw):
    """Generated code and tape, for any seed."""
    few = st.fractions(min_value=-3, max_value=3, max_denominator=7)
    x, seed = (fractions(*draw.draw(st.lists(few, min_size=3, max_size=3))) for _ in range(2))

    def program(x):
        stack = [x, x * 0.5]
        for step in steps:
            STEPS[step](stack)
            stack = stack if len(stack) > 1 else [*stack, x]
        return stack[-1]

    assert_equal(exactly(program, x, seed=seed), exactly_by_tape(program, x, seed=seed))
