"""Functions made anew at each call from one text share a derived program, and their variables are never mixed up."""

from __future__ import annotations

import dataclasses
import functools
import gc
import math
import weakref

import numpy as np
import pytest

from s2s import differentiable, grad, hvp, jacrev, jvp, pipeline, vjp
from s2s.parse import parse_function
from s2s.showing import show

X = np.array([0.7, 1.3, -0.4])


@pytest.fixture
def derivations(monkeypatch):
    """How many programs were derived so far, as a list that grows."""
    made = []
    derive = pipeline.derive

    def counted(*args, **kwargs):
        made.append(args)
        return derive(*args, **kwargs)

    monkeypatch.setattr(pipeline, "derive", counted)
    return made


def square(k):
    return lambda x: k * x * x


def after(f):
    return lambda x: f(x) * 2


def product(f, g):
    return lambda x: f(x) * g(x)


@dataclasses.dataclass
class Spring:
    k: float

    def energy(self, x):
        return self.k * x

    def __call__(self, x):
        return self.k * x * x


class Model:
    def __init__(self, k):
        self.k = k

    def energy(self, x):
        return self.k * x

    def __call__(self, x):
        return self.k * x * x


def decorated(k):
    @differentiable
    def f(x):
        return k * x * x

    return f


def recursive(k):
    def f(x, depth):
        return x if depth == 0 else k * f(x, depth - 1)

    return lambda x: f(x, 3)


def three_deep(k):
    def inner(v):
        def deep(u):
            return k * u + v

        return deep(deep(v))

    return inner


def gradient_inside(k):
    g = grad(square(k))
    return lambda x: g(x) * x


SHARED = {
    "closure": (lambda k: grad(square(k))(1.5), lambda k: 3 * k),
    "closure in a closure": (lambda k: grad(after(square(k)))(1.5), lambda k: 6 * k),
    "several deep": (lambda k: grad(three_deep(k))(1.5), lambda k: k * k + k + 1),
    "recursive": (lambda k: grad(recursive(k))(1.5), lambda k: k**3),
    "partial": (lambda k: grad(functools.partial(lambda a, x: a * x * x, k))(1.5), lambda k: 3 * k),
    "bound method": (lambda k: grad(Model(k).energy)(1.5), lambda k: k),
    "callable object": (lambda k: grad(Model(k))(1.5), lambda k: 3 * k),
    "bound method of a dataclass": (lambda k: grad(Spring(k).energy)(1.5), lambda k: k),
    "held method": (lambda k: grad(after(Model(k).energy))(1.5), lambda k: 2 * k),
    "held object": (lambda k: grad(after(Model(k)))(1.5), lambda k: 6 * k),
    "held partial": (lambda k: grad(after(functools.partial(Model(k).energy)))(1.5), lambda k: 2 * k),
    "differentiable": (lambda k: decorated(k).grad(1.5), lambda k: 3 * k),
    "second order": (lambda k: grad(grad(square(k)))(1.5), lambda k: 2 * k),
    "hvp": (lambda k: hvp(square(k), (1.5,), (1.0,)), lambda k: 2 * k),
    "gradient held": (lambda k: grad(gradient_inside(k))(1.5), lambda k: 6 * k),
    "function as an argument": (lambda k: grad(applied, argnums=1)(square(k), 1.5), lambda k: 3 * k),
    "function in a tree": (lambda k: grad(read_and_applied)({"f": square(k), "x": 1.5})["x"], lambda k: 3 * k),
    "array": (lambda k: jacrev(square(k * X))(1.5), lambda k: 3 * k * X),
}


def applied(f, x):
    return f(x)


def read_and_applied(tree):
    return tree["f"](tree["x"])


@pytest.mark.parametrize("name", SHARED)
def test_one_program_serves_all(name, derivations):
    ask, expected = SHARED[name]
    for k in (1.0, 2.0, 0.5, 3.0):
        np.testing.assert_allclose(ask(k), expected(k), rtol=1e-14)
    assert len(derivations) <= 1


def test_kinds_of_variables_are_told_apart():
    values = (1, 2.0, np.float64(3), 1, X, 2.0)
    for k in values:
        np.testing.assert_allclose(jacrev(square(k))(1.5), 3.0 * k, rtol=1e-15)


def test_functions_of_another_text_are_told_apart():
    for f, slope in ((square(2.0), 6.0), (math.sin, math.cos(1.5)), (square(3.0), 9.0), (lambda v: v**3, 6.75)):
        assert grad(after(f))(1.5) == pytest.approx(2 * slope, rel=1e-15)


def test_one_function_under_two_names_is_not_taken_for_two():
    a, b = square(2.0), square(3.0)
    found = [grad(product(f, g))(1.0) for f, g in ((a, a), (a, b), (b, b), (b, a), (a, a))]
    assert found == [16.0, 24.0, 36.0, 24.0, 16.0]


def test_defaults_are_told_apart():
    def power(n):
        def f(x, n=n):
            return x**n

        return f

    assert [grad(power(n))(2.0) for n in (1, 2, 3, 2.0, True)] == [1.0, 4.0, 12.0, 4.0, 1.0]

    def keyword(t):
        def f(x, *, t=t):
            return x * t[0]

        return f

    assert [grad(keyword((k,)))(2.0) for k in (1.0, 2.0)] == [1.0, 2.0]


def test_defaults_that_change_are_seen():
    def f(x, k=2.0):
        return k * x

    assert grad(f)(1.5) == 2.0
    f.__defaults__ = (5.0,)
    assert grad(f)(1.5) == 5.0


def test_a_function_in_the_result_is_the_callers_own():
    def with_function(f):
        return lambda x: (x * x, f)

    for k in (2.0, 3.0):
        f = square(k)
        (_, returned), _ = jvp(with_function(f), (1.5,), (1.0,))
        assert returned is f


def test_functions_of_one_text_that_call_each_other_are_no_recursion():
    def wrapped(g, k):
        def inner(x):
            if x > 0:
                return g(x) * k
            return g(x)

        return inner

    f = wrapped(wrapped(wrapped(lambda x: x * x, 2.0), 3.0), 5.0)
    assert grad(f)(1.5) == 90.0
    assert grad(f)(-1.5) == -3.0


def test_pullbacks_keep_their_own_variables():
    pullbacks = [vjp(square(k), 1.5)[1] for k in (1.0, 2.0, 3.0)]
    assert [pullback(1.0) for pullback in pullbacks] == [(3.0,), (6.0,), (9.0,)]


def test_functions_are_not_kept_alive():
    def made():
        def inner(x):
            return x * x

        def f(x):
            return inner(x) * np.sum(held)

        held = np.ones(1000)
        grad(f)(1.5)
        return weakref.ref(f), weakref.ref(inner), weakref.ref(held)

    references = made()
    gc.collect()
    assert [reference() is None for reference in references] == [True, True, True]


def test_reading_a_function_keeps_nothing_alive():
    def made():
        def f(x):
            return x * np.sum(held)

        held = np.ones(1000)
        assert "np.sum(held)" in show(f, stage="parsed")
        assert parse_function(f.__code__, f) is parse_function(f.__code__, f)
        return weakref.ref(f), weakref.ref(held)

    references = made()
    gc.collect()
    assert [reference() is None for reference in references] == [True, True]
