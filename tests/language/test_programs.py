"""Every program of the corpus: its value, its gradient in both modes, and its second derivative.

Forward mode is compared with central differences, reverse mode with forward mode by <c, J v> = <J' c, v>; the second
derivative forward over reverse with differences of the gradient, and reverse over reverse with forward over reverse.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

from language import oracle
from language.corpus import Program, programs_with

pytestmark = pytest.mark.core
DIRECTIONS = 3


@pytest.fixture
def s2s() -> Any:
    return importlib.import_module("s2s")


def assert_same_value(program: Program, found: Any) -> None:
    """The value is the plain function's, bit for bit; Numba may round an elementary function in another way."""
    expected = program.function(*program.fresh_args())
    if not program.compiled:
        assert oracle.same_bits(found, expected), f"{found!r} is not {expected!r}"
        return
    for path, got, want in oracle.pairs(expected, found):
        np.testing.assert_allclose(got, want, rtol=1e-13, err_msg=path)


def moved_part(program: Program, entries: tuple[Any, ...]) -> tuple[Any, ...]:
    """Of one entry per argument, those of the arguments that are moved."""
    return tuple(entries[i] for i in program.active)


# ------------------------------------------------------------------------------------------------------------ values
@pytest.mark.parametrize("program", programs_with(mode="reverse"))
def test_value_of_vjp(s2s, program):
    args = program.fresh_args()
    result, _ = s2s.vjp(program.function, *args)
    assert_same_value(program, result)
    assert oracle.same_bits(args, program.args), "the arguments are changed"


@pytest.mark.parametrize("program", programs_with(mode="forward"))
def test_value_of_jvp(s2s, program, rng):
    args = program.fresh_args()
    result, _ = s2s.jvp(program.function, args, program.tangents(rng))
    assert_same_value(program, result)
    assert oracle.same_bits(args, program.args), "the arguments are changed"


@pytest.mark.parametrize("program", programs_with(mode="reverse"))
def test_value_and_grad(s2s, program):
    args = program.fresh_args()
    derivative = s2s.value_and_grad(program.function, argnums=program.active)
    if not oracle.is_number(program.function(*program.fresh_args())):
        with pytest.raises(TypeError, match=r"jacrev|jacfwd|vjp"):
            derivative(*args)
        return
    value, gradient = derivative(*args)
    assert_same_value(program, value)
    assert type(gradient) is tuple
    oracle.assert_fits(moved_part(program, args), gradient)
    assert oracle.same_bits(args, program.args), "the arguments are changed"


# ------------------------------------------------------------------------------------------------- first derivatives
@pytest.mark.parametrize("program", programs_with(mode="forward"))
def test_forward_against_central_differences(s2s, program, rng):
    for _ in range(DIRECTIONS):
        tangents = program.tangents(rng)
        result, derivative = s2s.jvp(program.function, program.fresh_args(), tangents)
        oracle.assert_fits(result, derivative)
        estimate = oracle.numeric_jvp(program.function, program.args, tangents)
        oracle.assert_agrees(derivative, estimate, oracle.precision(program.args, result))


@pytest.mark.parametrize("program", programs_with(mode="reverse"))
def test_reverse_against_forward(s2s, program, rng):
    args = program.fresh_args()
    result, pullback = s2s.vjp(program.function, *args)
    unit = oracle.precision(args, result)
    for _ in range(DIRECTIONS):
        tangents, cotangent = program.tangents(rng), oracle.random_cotangent(result, rng)
        derivative = s2s.jvp(program.function, args, tangents)[1]
        entries = pullback(cotangent)
        assert type(entries) is tuple
        oracle.assert_fits(args, entries)
        forward, size = oracle.inner(cotangent, derivative)
        reverse, other_size = oracle.inner(moved_part(program, entries), moved_part(program, tangents))
        assert abs(forward - reverse) <= 2**19 * unit * max(size, other_size), (forward, reverse)


# ------------------------------------------------------------------------------------------------ second derivatives
def gradient_of(s2s: Any, program: Program, result: Any, rng: np.random.Generator) -> Any:
    """The gradient as a function of the arguments: of a random linear form of the result where that is no number."""
    function = program.function
    if oracle.is_number(result):
        return s2s.grad(function, argnums=program.active)
    cotangent, active = oracle.random_cotangent(result, rng), program.active

    def gradient(*args):
        _, pullback = s2s.vjp(function, *args)
        entries = pullback(cotangent)
        return tuple([entries[i] for i in active])

    return gradient


@pytest.mark.share(2)
@pytest.mark.parametrize("program", programs_with(order=2))
def test_second_derivative(s2s, program, rng):
    args = program.fresh_args()
    result = program.function(*program.fresh_args())
    gradient = gradient_of(s2s, program, result, rng)
    unit = oracle.precision(args, result)
    tangents = program.tangents(rng)

    value, forward_over_reverse = s2s.jvp(gradient, args, tangents)
    oracle.assert_fits(moved_part(program, args), forward_over_reverse)
    estimate = oracle.numeric_jvp(gradient, args, tangents)
    oracle.assert_agrees(forward_over_reverse, estimate, unit)

    same_value, pullback = s2s.vjp(gradient, *args)
    assert oracle.same_bits(same_value, value), "the gradient depends on the mode in which it is differentiated"
    reverse_over_reverse = moved_part(program, pullback(moved_part(program, tangents)))
    oracle.assert_same_derivative(reverse_over_reverse, forward_over_reverse, unit)
