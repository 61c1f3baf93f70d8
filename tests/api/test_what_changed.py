"""What a derivative was made from, changed in place between two calls: the second one is of what is there then."""

from __future__ import annotations

import abc
import dataclasses
import math
import os
import subprocess
import sys
import types
from typing import NamedTuple

import numpy as np
import pytest

from s2s import grad
from s2s.errors import Refused, SourceNotFound
from s2s.rules.declare import RULES, constant, elementwise
from s2s.testing import check_grads

X = np.array([0.3, 0.5])


def double(x):
    return 2.0 * x


def square(x):
    return x * x


def loss_of_double(x):
    return np.sum(double(x))


def test_a_callee_that_was_given_another_text(monkeypatch):
    """As IPython's autoreload does it: the function stays, its code is replaced."""
    assert np.array_equal(grad(loss_of_double)(X), [2.0, 2.0])
    monkeypatch.setattr(double, "__code__", square.__code__)
    assert np.array_equal(grad(loss_of_double)(X), 2 * X)


def test_a_function_that_was_given_another_text(monkeypatch):
    def other(x):
        return np.sum(square(x))

    assert np.array_equal(grad(loss_of_double)(X), [2.0, 2.0])
    monkeypatch.setattr(loss_of_double, "__code__", other.__code__)
    assert np.array_equal(grad(loss_of_double)(X), 2 * X)


class Scale:
    def __init__(self, k):
        self.k = k

    def __call__(self, x):
        return self.k * x

    def __add__(self, other):
        return self.k + other

    def __getitem__(self, i):
        return self.k * i

    def __len__(self):
        return 2

    def __iter__(self):
        return iter([self.k, self.k])

    def __eq__(self, other):
        return True

    def __neg__(self):
        return -self.k

    __hash__ = None


class Half(Scale):
    def __call__(self, x):
        return super().__call__(x) * 0.5


@dataclasses.dataclass
class Prepared:
    k: float

    def __post_init__(self):
        self.k = self.k * 1.5


class Pair(NamedTuple):
    a: float

    def times(self, x):
        return self.a * x


def new_init(self, k):
    self.k = 3.0 * k


class OneFirst:
    def __iter__(self):
        return iter([1.0, self.k])


METHODS = {
    "constructed": (Scale, "__init__", new_init, lambda x: np.sum(Scale(2.0).k * x)),
    "constructed through a base": (Scale, "__init__", new_init, lambda x: np.sum(Half(2.0).k * x)),
    "called": (Scale, "__call__", lambda self, x: 7.0 * x, lambda x: np.sum(Scale(2.0)(x))),
    "called through super": (Scale, "__call__", lambda self, x: 7.0 * x, lambda x: np.sum(Half(2.0)(x))),
    "added": (Scale, "__add__", lambda self, other: 2.0 * other, lambda x: np.sum(Scale(2.0) + x)),
    "subscripted": (Scale, "__getitem__", lambda self, i: 9.0, lambda x: np.sum(Scale(2.0)[3] * x)),
    "asked for its length": (Scale, "__len__", lambda self: 3, lambda x: len(Scale(2.0)) * np.sum(x)),
    "looped over": (Scale, "__iter__", OneFirst.__iter__, lambda x: sum([v * x[0] for v in Scale(2.0)])),
    "compared": (Scale, "__eq__", lambda self, other: False, lambda x: np.sum(x) if Scale(2.0) == 1 else np.prod(x)),
    "negated": (Scale, "__neg__", lambda self: 5.0, lambda x: np.sum(-Scale(2.0) * x)),
    "prepared": (Prepared, "__post_init__", lambda self: None, lambda x: np.sum(Prepared(2.0).k * x)),
    "a record's": (Pair, "times", lambda self, x: 4.0 * x, lambda x: np.sum(Pair(2.0).times(x))),
}


@pytest.mark.parametrize("how", METHODS)
def test_a_method_that_was_replaced(how, monkeypatch):
    cls, name, new, loss = METHODS[how]
    before = grad(loss)(X)
    check_grads(loss, (X,))
    monkeypatch.setattr(cls, name, new)
    assert not np.array_equal(grad(loss)(X), before)
    check_grads(loss, (X,))


def test_bases_that_were_replaced(monkeypatch):
    class Triple(Scale):
        def __call__(self, x):
            return 3.0 * x

    class Own(Scale):
        pass

    def loss(x):
        return np.sum(Own(2.0)(x))

    assert np.array_equal(grad(loss)(X), [2.0, 2.0])
    Own.__bases__ = (Triple,)
    assert np.array_equal(grad(loss)(X), [3.0, 3.0])


class Kind(abc.ABC):
    pass


def test_a_class_that_is_declared_a_subclass():
    class Model:
        k = 2.0

    model = Model()

    def loss(x):
        return np.sum(x) if isinstance(model, Kind) else np.prod(x)

    assert np.array_equal(grad(loss)(X), X[::-1])
    Kind.register(Model)
    assert np.array_equal(grad(loss)(X), [1.0, 1.0])


@pytest.fixture
def settings(monkeypatch):
    module = types.ModuleType("settings_of_a_model")
    module.factor, module.act, module.mode = 2.0, np.sin, "sum"
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def test_what_is_imported_inside_of_a_function(settings):
    def scaled(x):
        from settings_of_a_model import factor

        return np.sum(factor * x)

    def acted(x):
        from settings_of_a_model import act

        return np.sum(act(x))

    def chosen(x):
        from settings_of_a_model import mode

        return np.sum(x) if mode == "sum" else np.prod(x)

    def whole(x):
        import settings_of_a_model

        return np.sum(settings_of_a_model.factor * x)

    for loss in (scaled, acted, chosen, whole):
        check_grads(loss, (X,))
    settings.factor, settings.act, settings.mode = 5.0, np.cos, "prod"
    assert np.array_equal(grad(scaled)(X), [5.0, 5.0])
    assert np.array_equal(grad(acted)(X), -np.sin(X))
    assert np.array_equal(grad(chosen)(X), X[::-1])
    assert np.array_equal(grad(whole)(X), [5.0, 5.0])


def test_a_number_of_a_library(monkeypatch):
    def loss(x):
        return np.sum(math.tau * x)

    assert np.array_equal(grad(loss)(X), [math.tau, math.tau])
    monkeypatch.setattr(math, "tau", 6.0)
    assert np.array_equal(grad(loss)(X), [6.0, 6.0])


def test_a_rule_that_is_declared_later():
    def plain(x):
        return x

    def loss(x):
        return np.sum(plain(x) * x)

    assert np.array_equal(grad(loss)(X), 2 * X)
    elementwise(plain)(double)
    try:
        assert np.array_equal(grad(loss)(X), X + 2 * X * X)
    finally:
        del RULES.rules[plain]
    constant(plain)
    try:
        assert np.array_equal(grad(loss)(X), X)
    finally:
        del RULES.constants[plain]


def test_a_format_that_reads_attributes_is_refused(settings):
    text = "{.mode}"

    def loss(x):
        return np.sum(x) if text.format(settings) == "sum" else np.prod(x)

    with pytest.raises(Refused, match="a format that reads attributes"):
        grad(loss)(X)


def test_a_file_whose_change_python_does_not_see(tmp_path):
    """Python goes by the time of change and the size of a file, and runs the old text."""
    file = tmp_path / "edited_model.py"
    script = "import edited_model, s2s\nprint(edited_model.f(1.0))\nprint(s2s.grad(edited_model.f)(1.0))"

    def run():
        places = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON") or name == "PYTHONPATH"}
        return subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=places, capture_output=True, text=True)

    file.write_text("def f(x):\n    return 2.0 * x\n")
    changed = file.stat()
    assert run().stdout.split() == ["2.0", "2.0"]
    file.write_text("def f(x):\n    return 3.0 * x\n")
    os.utime(file, ns=(changed.st_atime_ns, changed.st_mtime_ns))
    done = run()
    assert done.stdout.split() == ["2.0"]
    assert SourceNotFound.__name__ in done.stderr


class Made:
    k = 11.0


class Another:
    def __new__(cls, k):
        return object.__new__(Made)

    def __init__(self, k):
        self.k = k


class Doubling(type):
    def __call__(cls, k):
        return super().__call__(2.0 * k)


class Doubled(metaclass=Doubling):
    def __init__(self, k):
        self.k = k


class Plain:
    def __new__(cls, k):
        return super().__new__(cls)

    def __init__(self, k):
        self.k = k


@pytest.mark.parametrize("made", [Doubled, Plain, Another])
def test_objects_that_are_made_in_a_way_of_their_own(made):
    check_grads(lambda x: np.sum(x * made(3.0).k), (X,))


@pytest.mark.parametrize("loss", [lambda x: np.sum(Doubled(x[0]).k * x), lambda x: np.sum(Plain(x[0]).k * x)])
def test_a_derivative_through_objects_that_are_made_in_a_way_of_their_own_is_refused(loss):
    with pytest.raises(Refused):
        grad(loss)(X)


class Tripling:
    def __init__(self, k):
        self.k = k

    def __getattribute__(self, name):
        return 3.0 * object.__getattribute__(self, name)



def test_attributes_that_are_found_in_a_way_of_their_own():
    with pytest.raises(Refused, match="Tripling has a way of its own to find attributes"):
        grad(lambda x: np.sum(Tripling(2.0).k * x))(X)
