"""`s2s.testing` as users call it: trees, keyword arguments, numbers, no entries; and what it says of derivatives that are wrong."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

import s2s
from s2s.rules.declare import RULES, custom
from s2s.testing import check_dot, check_dtypes, check_grads, taylor_slopes


@dataclasses.dataclass
class Layer:
    w: np.ndarray
    b: float
    name: str = "first"


def predict(layer, x, *, scale=1.0, act=np.tanh):
    return {"y": act(layer.w @ x + layer.b) * scale, "n": len(x), "of": layer.name}


LAYER, X = Layer(np.array([[0.3, -0.2], [0.5, 1.0]]), 0.1), np.array([0.3, 0.7])


class Net:
    def __init__(self):
        self.w = np.array([[0.3, -0.2], [0.5, 1.0]])

    def loss(self, x):
        return np.sum(np.tanh(self.w @ x) ** 2)


STYLES = {
    "a tree, and a tree as result": (predict, (LAYER, X)),
    "a method": (Net().loss, (X,)),
    "a number": (lambda x: np.sin(x) * x, (1.3,)),
    "an array without axes": (lambda x, y: np.sum(x * y), (np.array(1.3), np.ones((2, 2)))),
    "no entries": (lambda x, y: x[:, None] * y, (np.ones(0), np.float64(2.0))),
    "complex numbers": (lambda z: np.sum(np.abs(np.exp(z)) ** 2), (np.array([1 + 2j, 0.3j]),)),
    "a complex result": (lambda z: z * z * np.conj(z), (np.complex128(1 + 2j),)),
    "a list of arrays": (lambda ps, x: sum(np.sum(p * x) ** 2 for p in ps), ([X, X + 1.0], X)),
    "whole numbers beside": (lambda n, x: np.sum(x[:n] ** 2), (1, X)),
}


@pytest.mark.parametrize("style", STYLES)
def test_the_styles_that_users_write(style):
    function, args = STYLES[style]
    check_grads(function, args)
    assert all(dot.agrees for dot in check_dot(function, args))
    if any(isinstance(arg, (np.ndarray, np.generic, Layer, list)) for arg in args):
        check_dtypes(function, args)


def test_keyword_arguments_ride_along():
    kwargs = {"scale": 2.0, "act": np.sin}
    check_grads(predict, (LAYER, X), kwargs=kwargs)
    check_dot(predict, (LAYER, X), kwargs)
    check_dtypes(predict, (LAYER, X), kwargs)


@pytest.mark.parametrize("check", [check_grads, check_dot, check_dtypes, taylor_slopes])
def test_an_array_is_no_tuple_of_arguments(check):
    with pytest.raises(TypeError, match=r"for one argument write \(x,\)"):
        check(np.sin, np.ones(3))


def test_the_slopes_of_the_remainder_with_the_second_derivative():
    def f(layer, x):
        return np.sum(np.sin(layer.w @ x + layer.b) ** 3)

    assert np.all(np.abs(taylor_slopes(f, (LAYER, X)) - 2.0) < 0.1)
    assert np.all(np.abs(taylor_slopes(f, (LAYER, X), order=2) - 3.0) < 0.1)
    with pytest.raises(ValueError, match="order is 1 or 2"):
        taylor_slopes(f, (LAYER, X), order=3)


# ------------------------------------------------------------------------------------------------------------ wrong rules
def twice(x):
    return x * 2.0


def rough(x):
    return x * 1.0


@pytest.fixture
def wrong_adjoint(monkeypatch):
    """A rule of a user's whose adjoint has another sign than its tangent."""
    monkeypatch.setattr(RULES, "rules", dict(RULES.rules))
    custom(twice, jvp=lambda x_dot, x: 2.0 * x_dot)(lambda g, x: -2.0 * g)
    yield
    RULES.version += 1


@pytest.mark.usefixtures("wrong_adjoint")
def test_modes_that_disagree_are_named_by_argument_and_entry():
    def f(w, x):
        return np.sum(w * twice(x) * np.array([1.0, 5.0]))

    with pytest.raises(AssertionError, match="the modes of f disagree in random direction 0") as caught:
        check_dot(f, (1.5, X))
    number = r"(\d\.\d+)"
    assert re.search(rf"most at x\[1\]: {number} by the tangent, -{number} by the adjoint", str(caught.value))


def test_ill_conditioned_systems_are_no_fault():
    hilbert = 1.0 / (1.0 + np.add.outer(np.arange(9), np.arange(9)))
    check_dot(np.linalg.solve, (hilbert, np.ones(9)))


@pytest.fixture
def rounding_rule(monkeypatch):
    """A rule that computes in half precision whatever it is given."""
    monkeypatch.setattr(RULES, "rules", dict(RULES.rules))
    custom(rough, jvp=lambda x_dot, x: _single(x_dot, x))(lambda g, x: _single(g, x))
    yield
    RULES.version += 1


def _single(g, x):
    return np.asarray(g * 1.001 if x.dtype == np.float32 else g, x.dtype)


@pytest.mark.usefixtures("rounding_rule")
def test_single_precision_that_is_more_than_rounding_away():
    with pytest.raises(AssertionError, match="in float32 are not those in double precision") as caught:
        check_dtypes(lambda x: rough(x), (X,))
    assert "reverse, x[" in str(caught.value)
    assert "got " in str(caught.value)


def test_no_digits_left_is_said():
    def f(x):
        return np.sin(x * 1e9)

    with pytest.raises(AssertionError, match="in float32 rounding alone changes it by"):
        check_dtypes(f, (X,))


# ------------------------------------------------------------------------------------------------------------------ faults
def test_a_tangent_inside_a_program_has_none_for_whole_numbers():
    def predicted(p, x):
        return {"y": np.tanh(p * x), "n": 3}

    def moved(p, x):
        return s2s.jvp(predicted, (p, x), (1.0, 1.0))[1]

    plain = moved(1.0, 2.0)
    value, tangent = s2s.jvp(moved, (1.0, 2.0), (1.0, 1.0))
    assert value == plain
    assert value["n"] is tangent["n"] is None
