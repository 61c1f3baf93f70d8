"""argnums, argnames, has_aux: which derivative is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from s2s import grad, hessian, jacfwd, jacrev, value_and_grad
from s2s.errors import Refused, S2SError

X = np.array([0.7, 1.3])


def f(x, k, n=2):
    return k * np.sum(x**n)


def with_keyword(x, *, k, shift=0.0):
    return k * np.sum((x - shift) ** 2)


def with_aux(x, k):
    y = x * k
    return np.sum(y**2), {"y": y, "steps": 3, "name": "aux"}


def test_the_first_argument_by_default():
    np.testing.assert_allclose(grad(f)(X, 3.0), 6 * X, rtol=1e-15)


def test_one_other():
    assert grad(f, argnums=1)(X, 3.0) == np.sum(X**2)


def test_a_tuple_gives_a_tuple_in_its_order():
    k_bar, x_bar = grad(f, argnums=(1, 0))(X, 3.0)
    assert k_bar == np.sum(X**2)
    np.testing.assert_allclose(x_bar, 6 * X, rtol=1e-15)
    assert isinstance(grad(f, argnums=(0,))(X, 3.0), tuple)


def test_negative_ones_count_from_the_end():
    assert grad(f, argnums=-1)(X, 3.0) == grad(f, argnums=1)(X, 3.0)
    assert grad(f, argnums=-2)(X, 3.0, 2) == np.sum(X**2)


@pytest.mark.parametrize("argnums", [2, 5, -4, (0, 7)])
def test_one_that_is_not_there(argnums):
    with pytest.raises((S2SError, TypeError, ValueError, IndexError), match="argnums"):
        grad(f, argnums=argnums)(X, 3.0)


def test_by_name():
    assert grad(with_keyword, argnames="k")(X, k=3.0) == np.sum(X**2)
    assert grad(f, argnames="k")(X, k=3.0) == np.sum(X**2)
    np.testing.assert_allclose(grad(with_keyword)(X, k=3.0, shift=0.1), 6 * (X - 0.1), rtol=1e-14)


def test_several_names():
    k_bar, shift_bar = grad(with_keyword, argnames=("k", "shift"))(X, k=3.0, shift=0.1)
    assert k_bar == np.sum((X - 0.1) ** 2)
    np.testing.assert_allclose(shift_bar, -6 * np.sum(X - 0.1), rtol=1e-14)


def test_a_name_that_is_not_there():
    with pytest.raises((S2SError, TypeError, ValueError), match="weight"):
        grad(with_keyword, argnames="weight")(X, k=3.0)


def test_aux_rides_along():
    gradient, aux = grad(with_aux, has_aux=True)(X, 3.0)
    np.testing.assert_allclose(gradient, 18 * X, rtol=1e-14)
    np.testing.assert_array_equal(aux["y"], X * 3.0)
    assert (aux["steps"], aux["name"]) == (3, "aux")


def test_aux_beside_the_value():
    (value, aux), (x_bar, k_bar) = value_and_grad(with_aux, argnums=(0, 1), has_aux=True)(X, 3.0)
    assert value == with_aux(X, 3.0)[0]
    np.testing.assert_array_equal(aux["y"], X * 3.0)
    np.testing.assert_allclose(x_bar, 18 * X, rtol=1e-14)
    np.testing.assert_allclose(k_bar, 6 * np.sum(X**2), rtol=1e-14)


def test_every_transform_takes_argnums():
    for transform in (jacfwd, jacrev):
        np.testing.assert_allclose(transform(f, argnums=1)(X, 3.0), np.sum(X**2), rtol=1e-15)
        x_bar, k_bar = transform(f, argnums=(0, 1))(X, 3.0)
        np.testing.assert_allclose(x_bar, 6 * X, rtol=1e-14)
        np.testing.assert_allclose(k_bar, np.sum(X**2), rtol=1e-14)
    assert hessian(f, argnums=1)(X, 3.0) == 0.0


@pytest.mark.parametrize(
    ("value", "words"),
    [(3, "int"), (True, "bool"), ("text", "str"), (None, "None"), (np.arange(3), "int"), (np.sin, "ufunc|function")],
    ids=["int", "bool", "str", "None", "integers", "callable"],
)
def test_asking_for_what_carries_no_derivative(value, words):
    def g(p, x):
        return x * 2.0

    with pytest.raises(TypeError, match=words) as caught:
        grad(g)(value, 1.5)
    assert isinstance(caught.value, Refused)
    assert "p" in str(caught.value)
    with pytest.raises(TypeError):
        grad(g, argnums=(1, 0))(value, 1.5)
    assert grad(g, argnums=1)(value, 1.5) == 2.0


def test_integers_say_what_to_write():
    with pytest.raises(TypeError) as caught:
        grad(lambda x: x**2)(3)
    assert "float" in caught.value.hint or "3.0" in caught.value.hint


def test_odd_ways_to_ask():
    def product(x, y):
        return x * y * y

    assert grad(product, argnums=(0, 0))(1.5, 2.0) == (4.0, 4.0)
    assert grad(product, argnums=np.int64(1))(1.5, 2.0) == 6.0
    assert grad(product, argnums=[0, 1])(1.5, 2.0) == (4.0, 6.0)
    assert grad(product, argnums=(0,), argnames=("y",))(1.5, y=2.0) == (4.0, 6.0)
    assert grad(product)(x=1.5, y=2.0) == 4.0
    assert grad(product, argnums=1)(y=2.0, x=1.5) == 6.0


@pytest.mark.parametrize(
    ("args", "kwargs"), [((1.0, 2.0), {}), ((1.0,), {"y": 2.0}), ((1.0,), {"x": 2.0}), ((), {})], ids=repr
)
def test_a_call_that_python_would_refuse(args, kwargs):
    with pytest.raises((S2SError, TypeError)):
        grad(lambda x: x * x)(*args, **kwargs)


def test_what_rides_along():
    import enum

    class Mode(enum.Enum):
        SQUARE = 1
        OTHER = 2

    def by_mode(x, mode):
        return x * x if mode is Mode.SQUARE else x

    assert grad(by_mode)(1.5, Mode.SQUARE) == 3.0
    assert grad(by_mode)(1.5, Mode.OTHER) == 1.0
    np.testing.assert_array_equal(grad(lambda x, s: np.sum(x[s]))(X, slice(0, 1)), [1.0, 0.0])
    np.testing.assert_array_equal(grad(lambda x, s: np.sum(x[s]))(X, slice(1, 2)), [0.0, 1.0])
    np.testing.assert_array_equal(grad(lambda x, a: np.sum(np.sum(x, axis=a)))(X, (0,)), [1.0, 1.0])
    assert grad(lambda x, name: getattr(np, name)(x))(0.3, "sin") == np.cos(0.3)


def test_names_of_the_users_that_generated_text_uses_too():
    def f(np, x_bar, f_bar, result, t):
        return np * x_bar * f_bar * result * t

    assert grad(f)(1.5, 2.0, 3.0, 4.0, 5.0) == 120.0
