"""Rules that users declare: for their own functions, for those of libraries; and declarations that cannot be meant."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest

import s2s
from s2s import custom_rule, grad, jvp, vjp
from s2s.errors import BadRule, MissingRule, S2SError
from s2s.rules.declare import RULES
from s2s.rules.names import known_names
from s2s.testing import check_grads, check_rule

X = np.array([0.3, -1.2, 2.0])


@pytest.fixture(autouse=True)
def forgotten():
    """Leaves the registry as it was, with the rules of all libraries in it."""
    known_names()
    rules, constants = {key: list(held) for key, held in RULES.rules.items()}, dict(RULES.constants)
    yield
    RULES.rules, RULES.constants = rules, constants
    RULES.version += 1


# ------------------------------------------------------------------------------------------------------------- kinds
def softplus(x, sharpness):
    assert type(x) in (np.ndarray, np.float64, float)  # seen by the primal only: it is not read
    return np.log1p(np.exp(sharpness * x)) / sharpness


def softplus_partials(x, sharpness, *, result):
    slope = 1.0 / (1.0 + np.exp(-sharpness * x))
    return slope, (x * slope - result) / sharpness


def softplus_loss(x, sharpness):
    return np.sum(softplus(x, sharpness) ** 2)


def test_an_elementwise_rule_of_a_function_with_source():
    custom_rule.elementwise(softplus)(softplus_partials)
    check_grads(softplus_loss, (X, 1.7))
    assert "softplus(x, sharpness)" in grad(softplus_loss).source(X, 1.7), "it is called, and not read"


def test_partials_that_are_broadcast():
    custom_rule.elementwise(softplus)(softplus_partials)
    check_grads(softplus, (X, 1.7))
    check_grads(softplus, (X, np.array([[1.7], [0.4]])))
    check_grads(softplus, (0.4, 1.7))


def clipped(x):
    return np.minimum(x, 1.0)


def test_a_diagonal_rule_selects():
    @custom_rule.diagonal(clipped)
    def below(v, x):
        return np.where(x < 1.0, v, 0.0)

    check_grads(clipped, (X,))


def smoothed(x, width):
    """A moving average: the text could not be read, since it changes what `out` holds in a way of its own."""
    return np.convolve(x, np.ones(width) / width, "valid")


def test_a_linear_rule():
    @custom_rule.linear(smoothed)
    def spread(g, x, width):
        return np.convolve(g, np.ones(width) / width, "full")

    check_grads(lambda x: smoothed(x, 2) ** 2, (X,))


def outer(a, b):
    return np.outer(a, b)


def test_a_multilinear_rule():
    @custom_rule.multilinear(outer)
    def back(g, a, b):
        return g @ b, a @ g

    check_grads(outer, (X, np.array([1.0, 0.4])))


def solved(a, b):
    return np.linalg.solve(a, b)


def solved_jvp(a_dot, b_dot, a, b, *, result):
    return -np.linalg.solve(a, a_dot @ result), np.linalg.solve(a, b_dot)


def test_a_custom_rule():
    @custom_rule.custom(solved, jvp=solved_jvp)
    def solved_vjp(g, a, b, *, result):
        b_bar = np.linalg.solve(a.T, g)
        return -np.outer(b_bar, result), b_bar

    check_grads(lambda a, b: np.sum(solved(a, b) ** 2), (np.eye(3) + 0.1 * np.outer(X, X), X))


# ------------------------------------------------------------------------------------------------- whose functions
def test_a_function_of_a_library_without_a_rule():
    def loss(x):
        return statistics.NormalDist().cdf(x) if x > 5.0 else bessel(x) * 2.0

    def bessel(x):
        return np.i0(x)

    with pytest.raises(MissingRule):
        grad(loss)(0.7)

    from scipy import special

    @custom_rule.elementwise(np.i0)
    def i0(x):
        return special.i1(x)

    check_grads(lambda x: np.i0(x) * x, (0.7,), order=1)


def test_a_rule_in_the_place_of_ours():
    @custom_rule.elementwise(np.abs)
    def right_of_the_kink(x):
        return np.where(x < 0.0, -1.0, 1.0)

    assert np.array_equal(grad(lambda x: np.sum(np.abs(x)))(np.zeros(2)), np.ones(2))


def test_a_function_that_is_decorated():
    @s2s.differentiable
    def cube(x):
        return x**3

    @custom_rule.elementwise(cube)
    def twice(x):
        return 2.0 * x

    assert np.array_equal(cube.grad(1.5), 3.0)
    assert np.array_equal(grad(lambda x: cube(x) * 2)(1.5), 6.0)


def test_both_modes_see_it_at_once():
    custom_rule.elementwise(softplus)(softplus_partials)
    assert jvp(softplus, (0.0, 1.0), (1.0, 0.0))[1] == 0.5
    assert vjp(softplus, 0.0, 1.0)[1](1.0)[0] == 0.5


# -------------------------------------------------------------------------------------------------------- constants
def test_constant():
    def scale(x):
        return float(np.max(np.abs(x)))

    def loss(x):
        return np.sum(x / scale(x))

    whole = grad(loss)(X)
    assert s2s.constant(scale, reason="a unit") is scale
    assert np.allclose(grad(loss)(X), 0.5)
    assert not np.allclose(whole, 0.5)
    assert RULES.constants[scale] == "a unit"


def test_constant_takes_the_place_of_a_rule_and_the_other_way_round():
    custom_rule.elementwise(clipped)(double)
    assert grad(clipped)(0.5) == 1.0
    s2s.constant(clipped)
    assert grad(lambda x: clipped(x) + x)(0.5) == 1.0
    custom_rule.elementwise(clipped)(double)
    assert grad(clipped)(0.5) == 1.0


def double(x):
    return 2.0 * x


def triple(x):
    return 3.0 * x


# ------------------------------------------------------------------------------------------------------ what changes
@pytest.mark.parametrize("jit", [False, True])
def test_a_rule_that_is_declared_again(jit):
    def loss(x):
        return np.sum(clipped(x) * 1.0) if jit else clipped(x[0])

    derivative = grad(loss, jit="auto" if jit else False)
    for _ in range(3):
        assert derivative(np.array([0.5]))[0] == 1.0
    custom_rule.elementwise(clipped)(triple)
    for _ in range(3):
        assert derivative(np.array([0.5]))[0] == 1.5
    custom_rule.elementwise(clipped)(double)
    for _ in range(3):
        assert derivative(np.array([0.5]))[0] == 1.0


# -------------------------------------------------------------------------------------------------------- bad rules
def one(x):
    return x


def two(x, y):
    return x * y


def without_a_cotangent():
    @custom_rule.linear(one)
    def adjoint(x):  # bad
        return x


def with_no_parameter():
    @custom_rule.linear(one)
    def adjoint():  # bad
        return 0.0


def with_another_name():
    @custom_rule.elementwise(two)
    def partials(x, z):  # bad
        return z, x


def with_one_more():
    @custom_rule.elementwise(one)
    def partials(x, y):  # bad
        return y, x


def with_one_less():
    @custom_rule.elementwise(two)
    def partials(x):  # bad
        return x


def by_what_it_has_not():
    @custom_rule.elementwise(two, wrt=("x", "yy"))
    def partials(x, y):  # bad
        return y, x


def with_a_jvp_of_other_parameters():
    def two_jvp(x_dot, x, y):  # bad
        return x_dot * y

    @custom_rule.custom(two, jvp=two_jvp)
    def adjoint(g, x, y):
        return g * y, g * x


def of_a_ufunc():
    @custom_rule.elementwise(np.logaddexp2)
    def partials(x):  # bad
        return x


def with_an_option_there_is_not():
    @custom_rule.elementwise(one, domian="real")
    def partials(x):  # bad
        return 1.0


BAD = [without_a_cotangent, with_no_parameter, with_another_name, with_one_more, with_one_less, by_what_it_has_not,
       with_a_jvp_of_other_parameters, of_a_ufunc, with_an_option_there_is_not]  # fmt: skip


@pytest.mark.parametrize("declare", BAD)
def test_a_bad_declaration_is_an_error_at_its_line(declare):
    with pytest.raises(BadRule) as caught:
        declare()
    assert caught.value.source.endswith("# bad")
    assert caught.value.hint
    assert not RULES.of(one)
    assert not RULES.of(two)


def too_many(x, y):  # bad
    return y, x, x


def too_few(x, y):  # bad
    return y


def a_pair_for_one(x):  # bad
    return x, x


@pytest.mark.parametrize(
    ("function", "body", "args"), [(two, too_many, (X, X)), (two, too_few, (X, X)), (one, a_pair_for_one, (X,))]
)
def test_a_wrong_number_of_partials_is_an_error_at_the_rule(function, body, args):
    custom_rule.elementwise(function)(body)
    for ask in (lambda: vjp(function, *args), lambda: jvp(function, args, args)):
        with pytest.raises(BadRule, match="returns") as caught:
            ask()
        assert caught.value.source.endswith("# bad")


def test_an_adjoint_of_another_shape():
    @custom_rule.linear(one)
    def adjoint(g, x):
        return np.outer(x, x)

    with pytest.raises((BadRule, ValueError), match="rule of"):
        grad(lambda x: np.sum(one(x)))(X)


def test_an_adjoint_of_too_few_entries():
    @custom_rule.linear(one)
    def adjoint(g, x):
        return g[1:]

    with pytest.raises(ValueError, match=r"rule of .*test_custom_rule.py:\d+"):
        grad(lambda x: np.sum(one(x)))(X)


def test_what_cannot_be_hashed():
    class Odd:
        __hash__ = None

        def __call__(self, x):
            return x

    with pytest.raises(S2SError, match="hashed"):
        custom_rule.elementwise(Odd())
    with pytest.raises(S2SError, match="hashed"):
        s2s.constant(Odd())


def test_a_derivative_has_no_rule_of_its_own():
    with pytest.raises(S2SError, match="derivative already"):
        custom_rule.elementwise(grad(one))


def test_a_rule_for_nothing():
    with pytest.raises(S2SError, match="say whose"):
        custom_rule.linear()


# ------------------------------------------------------------------------------------------------------ check_rule
def test_check_rule_passes_a_right_rule():
    custom_rule.elementwise(softplus)(softplus_partials)
    check_rule(softplus, X, 1.7)


def test_check_rule_finds_a_wrong_one():
    @custom_rule.elementwise(softplus)
    def partials(x, sharpness, *, result):
        slope = 1.0 / (1.0 + np.exp(-sharpness * x))
        return slope, (x * slope + result) / sharpness

    with pytest.raises(AssertionError, match="sharpness"):
        check_rule(softplus, X, 1.7)


def test_check_rule_asks_for_a_rule():
    with pytest.raises(S2SError, match="no rule"):
        check_rule(two, X, X)


def test_check_rule_of_a_function_of_a_library():
    check_rule(math.hypot, 0.3, 0.4)
    check_rule(np.sum, np.ones((2, 3)), axis=1)
