"""Derivatives of derivatives, and derivatives inside functions that are differentiated."""

from __future__ import annotations

import math

import numpy as np
import pytest

from s2s import differentiable, grad, hessian, hvp, jacfwd, jacrev, jvp, linearize, stop_gradient, value_and_grad, vjp
from s2s.errors import UnsupportedConstruct
from s2s.testing import check_grads

X = np.array([0.7, 1.3])


def along(f):
    """The derivative of a function of one number, forward."""
    return lambda x: jvp(f, (x,), (1.0,))[1]


def wave(x):
    return math.sin(x)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_any_order(order):
    expected = [math.sin, math.cos, lambda x: -math.sin(x), lambda x: -math.cos(x), math.sin][order](0.7)
    reverse = forward = wave
    for _ in range(order):
        reverse, forward = grad(reverse), along(forward)
    assert reverse(0.7) == pytest.approx(expected, rel=1e-14)
    assert forward(0.7) == pytest.approx(expected, rel=1e-14)


def test_modes_in_any_order():
    expected = -math.cos(0.7)
    for outer in (grad, along):
        for middle in (grad, along):
            for inner in (grad, along):
                assert outer(middle(inner(wave)))(0.7) == pytest.approx(expected, rel=1e-13)


def test_a_loop_to_order_three():
    def power(x, n=5):
        p = 1.0
        for _ in range(n):
            p = p * x
        return p

    assert grad(grad(grad(power)))(1.1) == pytest.approx(60 * 1.1**2, rel=1e-13)
    assert along(grad(along(power)))(1.1) == pytest.approx(60 * 1.1**2, rel=1e-13)


# ---------------------------------------------------------------------------- perturbations that must not be confused
def test_inner_derivative_does_not_see_the_outer_one():
    # d/dx [x * d/dy (x + y)] = 1
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert along(lambda x: x * along(lambda y: x + y)(1.0))(1.0) == 1.0
    assert along(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert grad(lambda x: x * along(lambda y: x + y)(1.0))(1.0) == 1.0


def test_inner_derivative_with_respect_to_a_captured_name():
    # d/dx [x * d/dy (x * y) at y = x] = 2 x
    for outer in (grad, along):
        for inner in (grad, along):
            assert outer(lambda x: x * inner(lambda y: x * y)(x))(1.5) == 3.0


def test_inner_point_moves_with_the_outer_one():
    # d/dx [d/dy (y ** 3) at y = x ** 2] = 12 x ** 3
    assert grad(lambda x: grad(lambda y: y**3)(x**2))(1.5) == pytest.approx(12 * 1.5**3, rel=1e-14)
    assert along(lambda x: grad(lambda y: y**3)(x**2))(1.5) == pytest.approx(12 * 1.5**3, rel=1e-14)


# ----------------------------------------------------------------------------------------- transforms inside functions
def test_newton_with_a_derivative_inside():
    def root(a):
        def f(x):
            return x**3 - a

        x = 1.5
        for _ in range(8):
            x = x - f(x) / grad(f)(x)
        return x

    assert root(2.0) == pytest.approx(2 ** (1 / 3), rel=1e-15)
    assert grad(root)(2.0) == pytest.approx(2 ** (-2 / 3) / 3, rel=1e-10)


def test_gradient_steps_inside():
    def trained(rate, w):
        def loss(w):
            return np.sum((w**2 - 1.0) ** 2)

        for _ in range(3):
            w = w - rate * grad(loss)(w)
        return loss(w)

    h = 1e-6
    numeric = (trained(0.02 + h, X) - trained(0.02 - h, X)) / (2 * h)
    assert grad(trained)(0.02, X) == pytest.approx(numeric, rel=1e-7)


def test_vjp_inside():
    def f(x):
        result, pullback = vjp(lambda y: y * np.sum(y), x)
        return np.sum(pullback(result)[0])

    # f = 2 (sum x)^3 + ... : compare with central differences
    h = 1e-5
    numeric = [(f(X + h * e) - f(X - h * e)) / (2 * h) for e in np.eye(2)]
    np.testing.assert_allclose(grad(f)(X), numeric, rtol=1e-8)


def test_jvp_inside():
    def f(x):
        value, slope = jvp(np.sin, (x,), (x * 2.0,))
        return value * slope

    x = 0.7
    expected = 2 * math.cos(x) * x * math.cos(x) + math.sin(x) * (2 * math.cos(x) - 2 * x * math.sin(x))
    assert grad(f)(x) == pytest.approx(expected, rel=1e-14)


def test_value_and_grad_inside():
    def f(x):
        value, gradient = value_and_grad(lambda y: y**3)(x)
        return value * gradient

    assert grad(f)(1.5) == pytest.approx(15 * 1.5**4, rel=1e-14)


def test_linearize_and_hessian_inside():
    def f(x):
        _, pushforward = linearize(np.exp, x)
        return pushforward(1.0) + hessian(lambda y: y**4)(x)

    assert grad(f)(0.7) == pytest.approx(math.exp(0.7) + 24 * 0.7, rel=1e-14)


def test_jacobian_inside():
    def volume(x):
        return np.linalg.det(jacrev(lambda y: np.array([y[0] * y[1], y[0] - y[1] ** 2]))(x))

    # det [[y1, y0], [1, -2 y1]] = -2 y1^2 - y0
    np.testing.assert_allclose(grad(volume)(X), [-1.0, -4 * X[1]], rtol=1e-13)


def test_inside_a_decorated_function():
    @differentiable
    def force(x):
        return -grad(lambda q: q**4)(x)

    assert force.grad(0.7) == pytest.approx(-12 * 0.7**2, rel=1e-14)


def test_a_derivative_made_outside_is_called_inside():
    slope = grad(lambda y: y**3)
    table = {"slope": slope}
    assert grad(lambda x: slope(x) * x)(1.5) == pytest.approx(9 * 1.5**2, rel=1e-14)
    assert grad(lambda x: table["slope"](x) * x)(1.5) == pytest.approx(9 * 1.5**2, rel=1e-14)


def test_a_derivative_is_an_argument():
    def applied(f, x):
        return f(x) * x

    assert grad(applied, argnums=1)(grad(lambda y: y**3), 1.5) == pytest.approx(9 * 1.5**2, rel=1e-14)


def test_a_transform_in_a_branch_and_a_loop():
    def f(x):
        total = 0.0
        for k in range(3):
            if k % 2:
                total += grad(lambda y, k=k: y ** (k + 2))(x)
            else:
                total += x
        return total

    assert grad(f)(0.7) == pytest.approx(2 + 6 * 0.7, rel=1e-14)


def test_jacobians_of_gradients():
    def f(x):
        return x[0] ** 2 * x[1] ** 3

    expected = [[2 * X[1] ** 3, 6 * X[0] * X[1] ** 2], [6 * X[0] * X[1] ** 2, 6 * X[0] ** 2 * X[1]]]
    for outer in (jacfwd, jacrev):
        for inner in (jacfwd, jacrev, grad):
            np.testing.assert_allclose(outer(inner(f))(X), expected, rtol=1e-13)


# ------------------------------------------------------------------------------------------------------ stop_gradient
def test_stop_gradient_is_the_identity():
    tree = {"a": X, "n": 3, "b": (1.5, "text")}
    stopped = stop_gradient(tree)
    assert list(stopped) == ["a", "n", "b"]
    np.testing.assert_array_equal(stopped["a"], X)
    assert (stopped["n"], stopped["b"]) == (3, (1.5, "text"))


def test_stop_gradient_stops_both_modes_at_every_order():
    def f(x):
        return x * stop_gradient(x * x)

    for derivative in (grad, along):
        assert derivative(f)(1.5) == 1.5**2
        assert derivative(derivative(f))(1.5) == 0.0


def test_stop_gradient_of_a_tree():
    def f(p):
        q = stop_gradient(p)
        return p["a"] * q["a"] + np.sum(p["b"] * q["b"])

    gradient = grad(f)({"a": 3.0, "b": X})
    assert gradient["a"] == 3.0
    np.testing.assert_array_equal(gradient["b"], X)


def test_a_path_that_is_stopped_is_zero_not_none():
    gradient = grad(lambda p: stop_gradient(p["a"]) * p["b"])({"a": 3.0, "b": 2.0})
    assert gradient == {"a": 0.0, "b": 3.0}


# ------------------------------------------------------------------------------------------ functions that store
def squares_in_place(a):
    a *= a
    a[0] = np.sin(a[1])
    return np.sum(a * np.cos(a))


def derivatives_of_a_function_that_stores(x):
    gradient = grad(squares_in_place)(x)
    value, pullback = vjp(squares_in_place, x)
    again, slope = jvp(squares_in_place, (x,), (gradient,))
    return value + np.sum(pullback(1.0)[0] * x) + slope * again + np.sum(gradient * x)


def test_a_function_that_stores_changes_nothing_outside_where_it_is_differentiated():
    check_grads(derivatives_of_a_function_that_stores, (np.array([0.4, -0.7, 0.9]),), order=2)


def test_a_function_that_changes_what_is_outside_is_refused_where_it_is_differentiated():
    def outer(x):
        kept = np.zeros(3)

        def inner(a):
            kept[0] = a[0]
            return np.sum(kept * a)

        return grad(inner)(x)

    with pytest.raises(UnsupportedConstruct, match="changes what is outside"):
        jvp(outer, (np.ones(3),), (np.ones(3),))


def test_draws_are_not_made_twice():
    def outer(x):
        _, pullback = vjp(lambda v: v[np.random.default_rng(0).permutation(3)], x)
        return pullback(np.arange(3.0))[0]

    with pytest.raises(UnsupportedConstruct, match="called twice"):
        jvp(outer, (np.ones(3),), (np.ones(3),))


# ------------------------------------------------------------------------------------------- keyword arguments that do not move
def scaled(x, k=1.0):
    return k * np.sum(x**3)


def by_keyword_only(x, *, k):
    return k * np.sum(x**3)


def pulled_at_once(x, k):
    return np.sum(vjp(scaled, x, k=k, cotangent=2.0)[1][0])


def pulled_later(x, k):
    return np.sum(vjp(scaled, x, k=k)[1](2.0)[0])


def pushed_along(x, k):
    return jvp(scaled, (x,), (x,), k=k)[1]


def curved(x, k):
    return np.sum(hvp(scaled, (x,), (x,), k=k))


def linear_along(x, k):
    return linearize(scaled, x, k=k)[1](x)


def gradient_by_keyword_only(x, k):
    return np.sum(grad(by_keyword_only)(x, k=k))


KEYWORDS = [pulled_at_once, pulled_later, pushed_along, curved, linear_along, gradient_by_keyword_only]


@pytest.mark.parametrize("function", KEYWORDS)
def test_a_keyword_argument_of_a_product_reaches_the_function(function):
    """It was left out, and the default stood in its place: a wrong derivative."""
    check_grads(function, (np.array([0.5, -1.2]), 3.0))
