"""Parameters and results that are trees: the derivative is the same tree."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict, defaultdict

import numpy as np
import pytest

from api.trees import Layer, Model, Width, forward, params
from language import oracle
from s2s import grad, jvp, value_and_grad, vjp

X = np.array([0.6, -0.8])


def test_a_gradient_has_its_primals_tree():
    p = params()
    gradient = grad(forward)(p, X)
    oracle.assert_fits(p, gradient)
    assert list(gradient) == list(p)
    assert type(gradient["layers"][0]) is Layer
    assert [gradient[name] for name in ("steps", "name", "mask", "nothing", "activation", "flag")] == [None] * 6
    assert type(gradient["scale"][1]) is np.float32


def test_a_gradient_of_a_tree_is_right():
    p, rng = params(), np.random.default_rng(0)
    gradient = grad(forward)(p, X)
    for _ in range(3):
        tangents = (oracle.random_tangent(p, rng), oracle.zero_tangent(X))
        estimate = oracle.numeric_jvp(forward, (p, X), tangents)
        slope, _ = oracle.inner(gradient, tangents[0])
        # float32 is one of the leaves
        assert slope == pytest.approx(float(estimate.value), rel=1e-5)
        assert jvp(forward, (p, X), tangents)[1] == pytest.approx(slope, rel=1e-5)


def test_dataclasses():
    model = Model([Layer(np.array([0.7, 1.3]), 0.1)], 2.0, "line")
    gradient = grad(lambda m, x: m.scale * (m.layers[0].w @ x + m.layers[0].b))(model, X)
    assert type(gradient) is Model
    np.testing.assert_allclose(gradient.layers[0].w, 2.0 * X, rtol=1e-15)
    assert gradient.layers[0].b == 2.0
    assert gradient.scale == pytest.approx(0.7 * X[0] + 1.3 * X[1] + 0.1, rel=1e-15)
    assert gradient.name is None


def test_a_gradient_is_not_checked_as_a_value():
    gradient = grad(lambda w: -(w.value**2))(Width(1.5))
    assert gradient.value == -3.0
    assert dataclasses.is_dataclass(gradient)


@pytest.mark.parametrize("empty", [{}, [], (), {"a": [], "b": ()}], ids=repr)
def test_empty_containers(empty):
    gradient, x_bar = grad(lambda p, x: x * 2.0, argnums=(0, 1))(empty, 1.5)
    assert gradient == empty
    assert x_bar == 2.0


def test_kinds_of_dicts():
    for p in (OrderedDict(b=1.5, a=2.0), defaultdict(float, b=1.5, a=2.0), {"b": 1.5, "a": 2.0}):
        gradient = grad(lambda q: q["a"] * q["b"] ** 2)(p)
        assert type(gradient) is type(p)
        assert list(gradient.items()) == [("b", 6.0), ("a", 2.25)]


def test_keys_of_any_kind():
    gradient = grad(lambda p: p[0] * p["a", 1] + p[None])({0: 2.0, ("a", 1): 3.0, None: 1.0})
    assert gradient == {0: 3.0, ("a", 1): 2.0, None: 1.0}


def test_unread_leaves_have_zeros():
    gradient = grad(lambda p: p["a"] * 2.0)({"a": 1.0, "b": X, "c": (np.float32(1), "text", 3)})
    np.testing.assert_array_equal(gradient["b"], np.zeros(2))
    assert gradient["c"] == (0.0, None, None)
    assert type(gradient["c"][0]) is np.float32


def test_the_same_array_twice_has_two_gradients():
    gradient = grad(lambda p: np.sum(p["a"] ** 2) + np.sum(p["b"]))({"a": X, "b": X})
    np.testing.assert_allclose(gradient["a"], 2 * X, rtol=1e-15)
    np.testing.assert_array_equal(gradient["b"], np.ones(2))
    assert not np.shares_memory(gradient["a"], gradient["b"])
    total = grad(lambda x, y: np.sum(x * y), argnums=(0, 1))(X, X)
    assert not np.shares_memory(*total)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_leaves_keep_dtype_and_shape(dtype):
    p = {
        "vector": X.astype(dtype),
        "zero_d": np.array(1.5, dtype),
        "scalar": dtype(0.5),
        "column": np.ones((2, 1), dtype),
    }
    value, gradient = value_and_grad(lambda q: np.sum(q["vector"] * q["column"]) * q["zero_d"] * q["scalar"])(p)
    assert value.dtype == dtype
    oracle.assert_fits(p, gradient)


def test_python_and_numpy_numbers_beside_float32():
    x = np.ones(3, np.float32)
    x_bar, k_bar = grad(lambda x, k: np.sum(x * k), argnums=(0, 1))(x, 2.0)
    assert x_bar.dtype == np.float32
    assert isinstance(k_bar, float)


def test_memory_order_does_not_matter():
    A = np.arange(6.0).reshape(2, 3) + 0.5
    derivative = grad(lambda a: np.sum(np.sin(a) * a))
    for variant in (np.asfortranarray(A), A[::-1, ::-1].copy()[::-1, ::-1], np.repeat(A, 2, axis=1)[:, ::2]):
        np.testing.assert_array_equal(derivative(variant), derivative(A))


def test_read_only_arrays_are_taken():
    x = X.copy()
    x.flags.writeable = False
    seed = np.ones(2)
    seed.flags.writeable = False
    np.testing.assert_array_equal(grad(np.sum)(x), np.ones(2))
    (x_bar,) = vjp(lambda v: v * 2.0, x)[1](seed)
    np.testing.assert_array_equal(x_bar, 2 * np.ones(2))


# ----------------------------------------------------------------------------------------------------------- results
def stepped(state, dt):
    return {"x": state.x + dt * state.v, "log": [state.v * 2.0, "step", 1], "state": Pair(state.v, state.x)}


@dataclasses.dataclass
class Pair:
    x: object
    v: object


def test_results_may_be_trees():
    state = Pair(X, X * 3.0)
    result, pullback = vjp(stepped, state, 0.1)
    assert type(result["state"]) is Pair
    cotangent = {
        "x": np.array([1.0, 0.0]),
        "log": [np.zeros(2), None, None],
        "state": Pair(np.zeros(2), np.array([0.0, 5.0])),
    }
    state_bar, dt_bar = pullback(cotangent)
    assert type(state_bar) is Pair
    np.testing.assert_array_equal(state_bar.x, [1.0, 5.0])
    np.testing.assert_allclose(state_bar.v, [0.1, 0.0], rtol=1e-15)
    assert dt_bar == X[0] * 3.0


def test_tangents_of_results_are_trees():
    result, tangent = jvp(stepped, (Pair(X, X * 3.0), 0.1), (Pair(np.ones(2), np.zeros(2)), 1.0))
    oracle.assert_fits(result, tangent)
    np.testing.assert_allclose(tangent["x"], 1.0 + X * 3.0, rtol=1e-15)
    np.testing.assert_array_equal(tangent["log"][0], np.zeros(2))
    np.testing.assert_array_equal(tangent["state"].v, np.ones(2))


def test_results_that_do_not_depend_on_anything():
    result, tangent = jvp(lambda x: (3.0, x, "text"), (1.5,), (1.0,))
    assert result == (3.0, 1.5, "text")
    assert tangent == (0.0, 1.0, None)
    _, pullback = vjp(lambda x: 3.0, 1.5)
    assert pullback(1.0) == (0.0,)


def test_the_same_leaf_twice_in_a_result():
    _, pullback = vjp(lambda x: (x, x), 1.5)
    assert pullback((1.0, 10.0)) == (11.0,)
