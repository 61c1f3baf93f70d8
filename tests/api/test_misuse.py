"""What is asked wrongly is refused, and the message says what was expected."""

from __future__ import annotations

import re

import numpy as np
import pytest

from s2s import grad, hvp, jacrev, jvp, value_and_grad, vjp
from s2s.errors import DtypeError, NotScalar, Refused, S2SError, ShapeError

X = np.array([0.7, 1.3, -0.4])


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x: x * 2.0, r"\(3,\)"),
        (lambda x: np.outer(x, x[:2]), r"\(3, 2\)"),
        (lambda x: x[:1], r"\(1,\)"),
        (lambda x: (x[0], x[1]), "tuple"),
        (lambda x: {"loss": x[0]}, "dict"),
    ],
    ids=["vector", "matrix", "length-1", "tuple", "dict"],
)
def test_grad_needs_one_number(f, words):
    for transform in (grad, value_and_grad):
        with pytest.raises(NotScalar, match=words) as caught:
            transform(f)(X)
        assert isinstance(caught.value, TypeError)
        assert re.search("jacrev|jacfwd|vjp", str(caught.value)), "no word of what to call instead"


@pytest.mark.parametrize(
    ("f", "words"),
    [(lambda x: len(x), "int"), (lambda x: x[0] > 1.0, "bool"), (lambda x: None, "None"), (lambda x: "text", "str")],
    ids=["integer", "boolean", "nothing", "text"],
)
def test_grad_needs_a_number_that_can_vary(f, words):
    with pytest.raises(TypeError, match=words) as caught:
        grad(f)(X)
    assert isinstance(caught.value, Refused)


def test_a_zero_dimensional_array_is_one_number():
    np.testing.assert_allclose(grad(lambda x: np.array(2.0) * np.asarray(np.sum(x)))(X), np.full(3, 2.0))


# --------------------------------------------------------------------------------------------------- seeds and tangents
def described(value):
    return f"{type(value).__name__}{np.shape(value)}"


@pytest.mark.parametrize("seed", [np.ones(2), np.ones((3, 1)), np.ones((1, 3)), 1.0, np.float64(1)], ids=described)
def test_a_seed_of_another_shape(seed):
    _, pullback = vjp(lambda x: x * 2.0, X)
    with pytest.raises(ShapeError) as caught:
        pullback(seed)
    message = str(caught.value)
    assert "(3,)" in message
    assert str(np.shape(seed)) in message or "float" in message
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("tangent", [np.ones(2), np.ones((3, 1)), 1.0], ids=described)
def test_a_tangent_of_another_shape(tangent):
    with pytest.raises(ShapeError) as caught:
        jvp(np.sin, (X,), (tangent,))
    assert "(3,)" in str(caught.value)


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.complex128, bool])
def test_a_seed_or_tangent_of_another_dtype(dtype):
    _, pullback = vjp(np.sin, X)
    for ask in (lambda: pullback(np.ones(3, dtype)), lambda: jvp(np.sin, (X,), (np.ones(3, dtype),))):
        with pytest.raises(DtypeError) as caught:
            ask()
        assert "float64" in str(caught.value)
        assert np.dtype(dtype).name in str(caught.value)
        assert isinstance(caught.value, TypeError)


def test_the_mismatch_is_named_by_its_path():
    p = {"w": X, "b": [1.0, 2.0]}
    with pytest.raises(Refused, match=r"b.*\[1\]"):
        jvp(lambda q: q["w"] * q["b"][0], (p,), ({"w": X, "b": [1.0, X]},))


@pytest.mark.parametrize(
    "tangents",
    [({"w": X},), ({"w": X, "c": 1.0},), ([X, 1.0],), (None,), ({"w": X, "b": None},), (X,)],
    ids=["key-missing", "other-key", "list", "none", "none-for-a-number", "array"],
)
def test_a_tangent_of_another_tree(tangents):
    with pytest.raises((S2SError, ValueError)):
        jvp(lambda p: p["w"] * p["b"], ({"w": X, "b": 1.0},), tangents)


def test_a_cotangent_of_another_tree():
    _, pullback = vjp(lambda x: {"a": x, "b": (x, 3)}, 1.5)
    assert pullback({"a": 1.0, "b": (1.0, None)}) == (2.0,)
    for cotangent in ({"a": 1.0}, {"a": 1.0, "b": (1.0, 2.0)}, (1.0, 1.0), {"a": 1.0, "b": [1.0, None]}, 1.0):
        with pytest.raises((S2SError, ValueError)):
            pullback(cotangent)


def test_a_tangent_for_what_carries_none():
    with pytest.raises(DtypeError, match=r"int|no derivative"):
        jvp(lambda x, n: x**n, (1.5, 2), (1.0, 1.0))


def test_the_number_of_tangents():
    for tangents in ((), (1.0,), (1.0, 1.0, 1.0)):
        with pytest.raises((S2SError, TypeError, ValueError)):
            jvp(lambda x, y: x * y, (1.5, 2.0), tangents)
    with pytest.raises((S2SError, TypeError, ValueError)):
        hvp(np.sum, (X,), (X, X))


def test_what_is_no_function():
    for thing in (3.0, X, "np.sin"):
        with pytest.raises((S2SError, TypeError)):
            grad(thing)(X)


def test_too_few_arguments():
    with pytest.raises((S2SError, TypeError)):
        grad(lambda x, y: x * y)(1.5)
    with pytest.raises((S2SError, TypeError)):
        jacrev(np.sin)()


def test_shapes_that_do_not_fit_are_named():
    def f(x, y):
        return np.sum(x * y)

    with pytest.raises(ValueError, match=r"\(3,\)") as caught:
        grad(f)(X, np.ones(2))
    assert "(2,)" in str(caught.value)
