"""@differentiable: the function stays what it was, and has its derivatives as methods."""

from __future__ import annotations

import functools
import inspect
import pickle

import numpy as np
import pytest

from s2s import differentiable, grad, jvp, value_and_grad, vjp

X = np.array([0.7, 1.3, 2.1])


def plain(x, k=2.0, *, rest: float = 0.0):
    """The energy of a chain of springs."""
    e = 0.0
    for i in range(len(x) - 1):
        e += 0.5 * k * (x[i + 1] - x[i] - rest) ** 2
    return e


@differentiable
def energy(x, k=2.0, *, rest: float = 0.0):
    """The energy of a chain of springs."""
    e = 0.0
    for i in range(len(x) - 1):
        e += 0.5 * k * (x[i + 1] - x[i] - rest) ** 2
    return e


@differentiable
def uses_another(x):
    return energy(x) ** 2 + energy(x, 3.0, rest=0.1)


class Chain:
    def __init__(self, k):
        self.k = k

    @differentiable
    def energy(self, x):
        """Of this chain."""
        return plain(x, self.k)

    @staticmethod
    @differentiable
    def square(x):
        return x * x

    @classmethod
    @differentiable
    def named(cls, x):
        return x * len(cls.__name__)


def test_it_runs_as_before():
    assert energy(X) == plain(X)
    assert energy(X, 3.0, rest=0.1) == plain(X, 3.0, rest=0.1)
    assert energy(x=X, k=1.0) == plain(X, 1.0)
    with pytest.raises(TypeError):
        energy()


def test_it_looks_as_before():
    assert inspect.signature(energy) == inspect.signature(plain)
    assert energy.__doc__ == plain.__doc__
    assert energy.__name__ == "energy"
    assert energy.__qualname__ == "energy"
    assert energy.__module__ == __name__
    assert inspect.getsource(inspect.unwrap(energy)).lstrip().startswith("@differentiable")
    assert "energy" in repr(energy)
    assert callable(energy)


def test_it_is_pickled_by_name():
    again = pickle.loads(pickle.dumps(energy))
    assert again(X) == energy(X)
    np.testing.assert_array_equal(grad(again)(X), grad(energy)(X))


def test_derivatives_as_methods():
    np.testing.assert_array_equal(energy.grad(X, 3.0), grad(plain)(X, 3.0))
    value, gradient = energy.value_and_grad(X)
    assert value == plain(X)
    np.testing.assert_array_equal(gradient, value_and_grad(plain)(X)[1])
    result, pullback = energy.vjp(X, 3.0)
    assert result == plain(X, 3.0)
    np.testing.assert_array_equal(pullback(1.0)[0], vjp(plain, X, 3.0)[1](1.0)[0])
    assert energy.jvp((X,), (np.ones(3),)) == jvp(plain, (X,), (np.ones(3),))


def test_keywords_reach_the_function():
    expected = grad(lambda x: plain(x, 3.0, rest=0.2))(X)
    np.testing.assert_array_equal(energy.grad(X, 3.0, rest=0.2), expected)
    np.testing.assert_array_equal(grad(energy)(X, k=3.0, rest=0.2), expected)


def test_source_and_explanation():
    for text in (energy.source(), energy.source(X), energy.explain()):
        assert isinstance(str(text), str)
        assert str(text).strip()


def test_as_a_method():
    chain = Chain(3.0)
    assert chain.energy(X) == plain(X, 3.0)
    assert Chain.energy(chain, X) == plain(X, 3.0)
    assert chain.energy.__doc__ == "Of this chain."
    expected = grad(plain)(X, 3.0)
    np.testing.assert_array_equal(grad(chain.energy)(X), expected)
    np.testing.assert_array_equal(chain.energy.grad(X), expected)
    np.testing.assert_array_equal(grad(Chain.energy, argnums=1)(chain, X), expected)


def test_methods_of_other_kinds():
    assert grad(Chain.square)(1.5) == 3.0
    assert grad(Chain(1.0).square)(1.5) == 3.0
    assert grad(Chain.named)(1.5) == 5.0


def test_each_object_has_its_own_derivative():
    soft, stiff = Chain(1.0), Chain(10.0)
    np.testing.assert_allclose(stiff.energy.grad(X), 10 * soft.energy.grad(X), rtol=1e-15)
    soft.k = 10.0
    np.testing.assert_array_equal(stiff.energy.grad(X), soft.energy.grad(X))


def test_decorated_functions_call_each_other():
    expected = 2 * plain(X) * grad(plain)(X) + grad(plain)(X, 3.0, rest=0.1)
    np.testing.assert_allclose(grad(uses_another)(X), expected, rtol=1e-13)


def test_decorated_twice_is_decorated_once():
    np.testing.assert_array_equal(differentiable(energy).grad(X), energy.grad(X))


def test_in_a_partial():
    np.testing.assert_array_equal(grad(functools.partial(energy, k=5.0))(X), grad(plain)(X, 5.0))
