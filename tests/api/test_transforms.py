"""vjp, jvp, linearize, Jacobians, Hessians: shapes, types, and what they give."""

from __future__ import annotations

import math
import operator

import numpy as np
import pytest

from language import oracle
from s2s import grad, hessian, hvp, jacfwd, jacrev, jvp, linearize, value_and_grad, vjp

X = np.array([0.7, 1.3, -0.4])
A = np.array([[0.5, -1.0, 0.2], [1.1, 0.3, -0.7]])


def layer(w, x):
    return np.tanh(w @ x)


def energy(x):
    return np.sum(x**3) + x[0] * x[1] * x[2]


ENERGY_HESSIAN = np.diag(6 * X) + np.array([[0, X[2], X[1]], [X[2], 0, X[0]], [X[1], X[0], 0]])


# ------------------------------------------------------------------------------------------------------- vjp and jvp
def test_vjp_gives_the_result_and_a_pullback():
    result, pullback = vjp(layer, A, X)
    np.testing.assert_array_equal(result, layer(A, X))
    cotangent = np.array([1.0, -2.0])
    w_bar, x_bar = pullback(cotangent)
    slope = cotangent * (1 - np.tanh(A @ X) ** 2)
    np.testing.assert_allclose(w_bar, np.outer(slope, X), rtol=1e-14)
    np.testing.assert_allclose(x_bar, A.T @ slope, rtol=1e-14)


def test_a_pullback_may_be_called_again():
    _, pullback = vjp(layer, A, X)
    first = pullback(np.array([1.0, 0.0]))
    second = pullback(np.array([0.0, 1.0]))
    both = pullback(np.array([1.0, 1.0]))
    again = pullback(np.array([1.0, 0.0]))
    for a, b, ab, a2 in zip(first, second, both, again, strict=True):
        np.testing.assert_allclose(a + b, ab, rtol=1e-14)
        np.testing.assert_array_equal(a, a2)


def test_vjp_with_the_cotangent_at_once():
    cotangent = np.array([1.0, -2.0])
    result, entries = vjp(layer, A, X, cotangent=cotangent)
    np.testing.assert_array_equal(result, layer(A, X))
    for one, other in zip(entries, vjp(layer, A, X)[1](cotangent), strict=True):
        np.testing.assert_array_equal(one, other)


def test_entries_without_a_derivative_are_none():
    def scaled(x, n, name):
        return x * n

    _, pullback = vjp(scaled, X, 3, "name")
    x_bar, n_bar, name_bar = pullback(np.ones(3))
    np.testing.assert_array_equal(x_bar, np.full(3, 3.0))
    assert n_bar is None
    assert name_bar is None
    _, tangent = jvp(scaled, (X, 3, "name"), (np.ones(3), None, None))
    np.testing.assert_array_equal(tangent, np.full(3, 3.0))


def test_jvp_gives_the_result_and_its_tangent():
    result, tangent = jvp(layer, (A, X), (np.zeros_like(A), np.array([1.0, 0.0, 0.0])))
    np.testing.assert_array_equal(result, layer(A, X))
    np.testing.assert_allclose(tangent, (1 - np.tanh(A @ X) ** 2) * A[:, 0], rtol=1e-14)


def test_numbers_stay_numbers():
    for derivative in (grad(math.sin)(0.7), jvp(math.sin, (0.7,), (1.0,))[1], vjp(math.sin, 0.7)[1](1.0)[0]):
        assert isinstance(derivative, float)
        assert derivative == pytest.approx(math.cos(0.7), rel=1e-15)
    assert isinstance(grad(lambda x: x * x)(np.float32(0.5)), np.float32)


def test_a_python_number_fits_every_scalar():
    _, pullback = vjp(np.sum, X)
    np.testing.assert_array_equal(pullback(1)[0], np.ones(3))
    np.testing.assert_array_equal(pullback(np.float64(1))[0], np.ones(3))


def test_linearize():
    result, pushforward = linearize(layer, A, X)
    np.testing.assert_array_equal(result, layer(A, X))
    for seed in range(3):
        rng = np.random.default_rng(seed)
        tangents = rng.standard_normal(A.shape), rng.standard_normal(3)
        np.testing.assert_allclose(pushforward(*tangents), jvp(layer, (A, X), tangents)[1], rtol=1e-14)


def test_value_first():
    value, gradient = value_and_grad(energy)(X)
    assert value == energy(X)
    np.testing.assert_array_equal(gradient, grad(energy)(X))


def test_numpy_functions_themselves():
    np.testing.assert_array_equal(grad(np.sum)(X), np.ones(3))
    np.testing.assert_allclose(grad(np.linalg.norm)(X), X / np.linalg.norm(X), rtol=1e-15)
    assert grad(np.exp)(0.7) == np.exp(0.7)
    assert grad(math.exp)(0.7) == math.exp(0.7)
    assert grad(operator.mul, argnums=(0, 1))(2.0, 5.0) == (5.0, 2.0)
    np.testing.assert_allclose(grad(np.dot, argnums=1)(X, X), X, rtol=1e-15)
    np.testing.assert_array_equal(vjp(np.matmul, A, X)[1](np.ones(2))[1], A.T @ np.ones(2))
    np.testing.assert_array_equal(jacrev(np.cumsum)(X), np.tril(np.ones((3, 3))))


# --------------------------------------------------------------------------------------------------------- Jacobians
@pytest.mark.parametrize("jacobian", [jacfwd, jacrev])
def test_jacobian_shapes(jacobian):
    def outer(a, b):
        return np.outer(a, b)

    a, b = X[:2], X
    J = jacobian(outer, argnums=(0, 1))(a, b)
    assert [j.shape for j in J] == [(2, 3, 2), (2, 3, 3)]
    np.testing.assert_array_equal(J[0], np.einsum("ik,j->ijk", np.eye(2), b))
    np.testing.assert_array_equal(J[1], np.einsum("i,jk->ijk", a, np.eye(3)))


@pytest.mark.parametrize("jacobian", [jacfwd, jacrev])
def test_jacobians_of_and_by_numbers(jacobian):
    assert np.shape(jacobian(math.sin)(0.7)) == ()
    assert jacobian(math.sin)(0.7) == pytest.approx(math.cos(0.7), rel=1e-15)
    np.testing.assert_allclose(jacobian(lambda t: np.array([t, t**2]))(0.7), [1.0, 1.4], rtol=1e-15)
    np.testing.assert_allclose(jacobian(energy)(X), grad(energy)(X), rtol=1e-14)


@pytest.mark.parametrize("jacobian", [jacfwd, jacrev])
def test_jacobians_with_an_empty_side(jacobian):
    assert jacobian(lambda x: x * 2.0)(np.zeros(0)).shape == (0, 0)
    assert jacobian(lambda x: x[:0])(X).shape == (0, 3)
    assert jacobian(lambda x: np.ones(2) * np.sum(x))(np.zeros(0)).shape == (2, 0)


@pytest.mark.parametrize("jacobian", [jacfwd, jacrev])
def test_jacobians_of_trees(jacobian):
    def system(state):
        return {"rate": state["x"] * state["k"], "sum": (np.sum(state["x"]), 3)}

    state = {"x": X, "k": 2.0}
    J = jacobian(system)(state)
    np.testing.assert_array_equal(J["rate"]["x"], 2.0 * np.eye(3))
    np.testing.assert_array_equal(J["rate"]["k"], X)
    np.testing.assert_array_equal(J["sum"][0]["x"], np.ones(3))
    assert J["sum"][0]["k"] == 0.0
    assert all(leaf is None for _, leaf in oracle.leaves(J["sum"][1]))


@pytest.mark.parametrize("jacobian", [jacfwd, jacrev])
def test_jacobians_keep_the_dtype(jacobian):
    assert jacobian(np.sin)(X.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize("transform", [jacfwd, jacrev, value_and_grad])
def test_the_primal_runs_once(transform, capsys):
    def speaks(x):
        print("running")
        return np.sum(np.sin(x)) if transform is value_and_grad else np.sin(x)

    transform(speaks)(X)
    assert capsys.readouterr().out == "running\n"


# ---------------------------------------------------------------------------------------------------------- Hessians
def test_hessian():
    np.testing.assert_allclose(hessian(energy)(X), ENERGY_HESSIAN, rtol=1e-13)
    assert hessian(lambda x: x**3)(2.0) == 12.0


def test_hessian_is_the_jacobian_of_the_gradient():
    H = hessian(energy)(X)
    for twice in (jacfwd(grad(energy)), jacrev(grad(energy)), jacfwd(jacrev(energy)), jacrev(jacfwd(energy))):
        np.testing.assert_allclose(twice(X), H, rtol=1e-13)


def test_hessian_of_several_arguments():
    def f(x, k):
        return k**2 * np.sum(x**2)

    (xx, xk), (kx, kk) = hessian(f, argnums=(0, 1))(X, 3.0)
    np.testing.assert_allclose(xx, 18 * np.eye(3), rtol=1e-14)
    np.testing.assert_allclose(xk, 12 * X, rtol=1e-14)
    np.testing.assert_allclose(kx, 12 * X, rtol=1e-14)
    np.testing.assert_allclose(kk, 2 * np.sum(X**2), rtol=1e-14)


def test_hessian_of_a_tree():
    H = hessian(lambda p: p["a"] ** 2 * np.sum(p["b"]))({"a": 3.0, "b": X})
    np.testing.assert_allclose(H["a"]["a"], 2 * np.sum(X), rtol=1e-14)
    np.testing.assert_allclose(H["a"]["b"], np.full(3, 6.0), rtol=1e-14)
    np.testing.assert_allclose(H["b"]["a"], np.full(3, 6.0), rtol=1e-14)
    np.testing.assert_array_equal(H["b"]["b"], np.zeros((3, 3)))


def test_hvp_of_one_primal():
    v = np.array([1.0, -2.0, 0.5])
    np.testing.assert_allclose(hvp(energy, (X,), (v,)), ENERGY_HESSIAN @ v, rtol=1e-13)


def test_hvp_of_several_has_one_entry_each():
    v = np.array([1.0, -2.0, 0.5])

    def f(x, n, k):
        return k**n * np.sum(x**2)

    x_part, n_part, k_part = hvp(f, (X, 2, 3.0), (v, None, 0.5))
    np.testing.assert_allclose(x_part, 18 * v + 12 * X * 0.5, rtol=1e-13)
    assert n_part is None
    np.testing.assert_allclose(k_part, 12 * X @ v + 2 * np.sum(X**2) * 0.5, rtol=1e-13)


def test_gradient_of_the_slope_along_a_direction_is_the_hessian_times_it():
    v = np.array([1.0, -2.0, 0.5])
    np.testing.assert_allclose(grad(lambda x: np.dot(grad(energy)(x), v))(X), ENERGY_HESSIAN @ v, rtol=1e-13)
    np.testing.assert_allclose(grad(lambda x: jvp(energy, (x,), (v,))[1])(X), ENERGY_HESSIAN @ v, rtol=1e-13)
    np.testing.assert_allclose(jvp(grad(energy), (X,), (v,))[1], ENERGY_HESSIAN @ v, rtol=1e-13)
