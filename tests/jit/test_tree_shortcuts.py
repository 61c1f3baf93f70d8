"""Calls with trees, and of methods, that are like earlier ones: machine code is called from what takes the tree apart."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from typing import NamedTuple

import numpy as np
import pytest

from s2s import differentiable, value_and_grad
from s2s.shortcuts import forget

RNG = np.random.default_rng(7)
W, B, X = RNG.normal(size=20), RNG.normal(size=20), RNG.normal(size=20)


@dataclasses.dataclass
class Layer:
    w: object
    b: object


@dataclasses.dataclass(frozen=True)
class Frozen:
    w: object
    b: object


@dataclasses.dataclass(slots=True)
class Slots:
    w: object
    b: object


class Pair(NamedTuple):
    w: object
    b: object


def of_dict(p, x):
    return np.sum(np.tanh(p["w"] * x + p["b"]))


def of_object(p, x):
    return np.sum(np.tanh(p.w * x + p.b))


def of_nested(p, x):
    return np.sum(np.tanh(p["layer"]["w"] * x + p["layer"]["b"]) * p["scale"][0])


def of_written(p, x):
    y = np.zeros(20)
    y[:] = p["w"] * x
    y *= p["b"]
    return np.sum(y**2)


def of_itself(p, x):
    return np.sum(p["w"] * x) + np.sum(p["b"])


@pytest.fixture(autouse=True)
def nothing_known():
    for function in (of_dict, of_object, of_nested, of_written, of_itself):
        forget(vars(function))


def same(one, other) -> bool:
    """Whether two results have the same trees, types, dtypes, shapes and values."""
    if isinstance(one, (tuple, list)):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return type(one) is type(other) and [*one] == [*other] and all(same(one[key], other[key]) for key in one)
    if dataclasses.is_dataclass(one):
        names = [field.name for field in dataclasses.fields(one)]
        return type(one) is type(other) and all(same(getattr(one, name), getattr(other, name)) for name in names)
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and np.allclose(one, other, rtol=1e-6, atol=1e-12)
    if one is None:
        return other is None
    alike = type(one) is type(other) or (isinstance(one, float) and isinstance(other, float))
    return alike and np.allclose(one, other, rtol=1e-6)


def warm(function, argnums, *args):
    transform = value_and_grad(function, argnums, jit=True)
    for _ in range(3):
        transform(*args)
    return transform


def text_of(transform) -> tuple[str, ...]:
    """The names that a shortcut's objects have."""
    return tuple(getattr(value, "__name__", "") for value in transform.__dict__["shortcut"].__globals__.values())


CASES = {
    "dict": (of_dict, 0, {"w": W, "b": B}),
    "two": (of_dict, (0, 1), {"w": W, "b": B}),
    "the other": (of_dict, 1, {"w": W, "b": B}),
    "a float": (of_dict, 0, {"w": W, "b": 0.5}),
    "dataclass": (of_object, 0, Layer(W, B)),
    "frozen": (of_object, 0, Frozen(W, B)),
    "slots": (of_object, 0, Slots(W, B)),
    "named tuple": (of_object, 0, Pair(W, B)),
    "nested": (of_nested, 0, {"layer": {"w": W, "b": B}, "scale": (2.0, 3.0)}),
    "stores": (of_written, 0, {"w": W, "b": B}),
    "a result that is an argument": (of_itself, (0, 1), {"w": W, "b": B}),
    "unread": (of_dict, 0, {"w": W, "b": B, "more": np.ones(3), "n": 4, "name": "a"}),
    "ordered": (of_dict, 0, OrderedDict(w=W, b=B)),
    "single precision": (of_dict, 0, {"w": W.astype(np.float32), "b": B.astype(np.float32)}),
    "strides": (of_dict, 0, {"w": np.repeat(W, 2)[::2], "b": B[::-1]}),
}


@pytest.mark.parametrize("case", CASES)
def test_a_tree_gives_what_the_long_way_gives(case):
    function, argnums, tree = CASES[case]
    transform = warm(function, argnums, tree, X)
    expected = value_and_grad(function, argnums, jit=False)(tree, 2.0 * X)
    found = transform(tree, 2.0 * X)
    assert same(found, expected)
    again = transform(tree, 2.0 * X)
    assert same(again, expected)
    leaves = [leaf for leaf in (W, B, X) if isinstance(leaf, np.ndarray)]
    for array in arrays(found):
        assert not any(np.shares_memory(array, leaf) for leaf in (*leaves, *arrays(again), *arrays(tree)))
    mine = list(arrays(found))
    assert not any(np.shares_memory(one, other) for k, one in enumerate(mine) for other in mine[:k])


def arrays(tree):
    if isinstance(tree, np.ndarray):
        yield tree
    elif isinstance(tree, dict):
        yield from (array for item in tree.values() for array in arrays(item))
    elif isinstance(tree, (tuple, list)):
        yield from (array for item in tree for array in arrays(item))
    elif dataclasses.is_dataclass(tree):
        yield from (array for field in dataclasses.fields(tree) for array in arrays(getattr(tree, field.name)))


def test_machine_code_is_called_by_the_shortcut_for_dicts_and_dataclasses():
    for function, tree in ((of_dict, {"w": W, "b": B}), (of_object, Layer(W, B))):
        transform = warm(function, 0, tree, X)
        assert "handed_out" in text_of(transform)
        assert transform.__dict__["warm"].find((tree, X), {}) is not None


# Trees that are not like those of the calls before.
OTHERS = {
    "order of keys": {"b": B, "w": W},
    "one more": {"w": W, "b": B, "c": B},
    "one less": {"w": W},
    "other lengths": {"w": W[:9], "b": B[:9]},
    "one entry": {"w": W[:1], "b": B},
    "nothing": {"w": W[:0], "b": B[:0]},
    "single precision": {"w": W.astype(np.float32), "b": B},
    "whole numbers": {"w": W, "b": np.arange(20)},
    "a number": {"w": W, "b": 2.0},
    "a NumPy number": {"w": W, "b": np.float64(2.0)},
    "a matrix": {"w": W, "b": B[:, None]},
    "no axes": {"w": W, "b": np.array(2.0)},
    "by columns": {"w": W, "b": np.asfortranarray(RNG.normal(size=(3, 20)))},
    "read-only": {"w": W, "b": np.broadcast_to(1.0, 20)},
    "complex": {"w": W + 0j, "b": B},
    "the same array": {"w": W, "b": W},
    "the argument itself": {"w": X, "b": B},
    "a list": {"w": W.tolist(), "b": B},
    "nested": {"w": {"w": W}, "b": B},
    "another class": OrderedDict(w=W, b=B),
    "an object": Layer(W, B),
    "no tree": W,
    "none": None,
}


@pytest.mark.parametrize("how", OTHERS)
def test_other_trees_give_what_they_give_without_shortcuts(how):
    transform = warm(of_dict, 0, {"w": W, "b": B}, X)
    lazy = value_and_grad(of_dict, 0, jit="auto")
    lazy.__dict__["warm"] = transform.__dict__["warm"]
    tree, x = OTHERS[how], X[:9] if how == "other lengths" else X[:0] if how == "nothing" else X

    def outcome(run):
        try:
            return run(tree, x)
        except Exception as error:
            return type(error)

    expected = outcome(value_and_grad(of_dict, 0, jit=False))
    for _ in range(3):
        found = outcome(lazy)
        assert found is expected if isinstance(expected, type) else same(found, expected)
    assert same(transform({"w": W, "b": B}, X), value_and_grad(of_dict, 0, jit=False)({"w": W, "b": B}, X))


def test_a_tree_that_is_changed_in_place():
    tree = {"w": W.copy(), "b": B.copy()}
    transform = warm(of_dict, 0, tree, X)
    tree["w"] *= 2.0
    assert same(transform(tree, X), value_and_grad(of_dict, 0, jit=False)(tree, X))
    tree["b"] = 3.0 * B
    assert same(transform(tree, X), value_and_grad(of_dict, 0, jit=False)(tree, X))
    tree["b"] = B.reshape(4, 5)
    with pytest.raises(ValueError):
        transform(tree, X)


class Model:
    factor = 2.0

    def __init__(self, k):
        self.k = k

    @differentiable
    def loss(self, x, y=1.0):
        return np.sum(np.tanh(x * self.k) * y) * self.factor


class Doubled(Model):
    factor = 4.0


def test_a_method_of_another_object_reads_what_that_has():
    one, two = Model(2.0), Model(3.0)
    for _ in range(4):
        for model in (one, two, Doubled(1.0), Model(np.ones(20)), Model(2)):
            found = model.loss.value_and_grad(X)
            expected = value_and_grad(lambda x, m=model: np.sum(np.tanh(x * m.k)) * m.factor, jit=False)(X)
            assert same(found, expected)
    one.k = 5.0
    assert np.allclose(one.loss.grad(X), 10.0 / np.cosh(5.0 * X) ** 2)
    assert same(one.loss.grad(X, argnums=1), float(np.sum(np.tanh(5.0 * X)) * 2.0))
    assert same(one.loss.grad(X, y=2.0), 20.0 / np.cosh(5.0 * X) ** 2)


def test_a_method_has_its_shortcut_though_it_is_another_object_each_time(monkeypatch):
    model = Model(2.0)
    for _ in range(3):
        model.loss.grad(X)
    monkeypatch.setattr("s2s.transforms.Gradient.prepared", None)
    assert np.allclose(model.loss.grad(X), 4.0 / np.cosh(2.0 * X) ** 2)
    assert np.allclose(Model(3.0).loss.grad(X), 6.0 / np.cosh(3.0 * X) ** 2)


def test_a_method_that_is_replaced(monkeypatch):
    model = Model(2.0)
    for _ in range(3):
        model.loss.grad(X)
    monkeypatch.setattr(Model, "factor", 1.0)
    assert np.allclose(model.loss.grad(X), 2.0 / np.cosh(2.0 * X) ** 2)

    def other(self, x, y=1.0):
        return np.sum(x * self.k)

    monkeypatch.setattr(Model, "loss", differentiable(other))
    assert np.allclose(model.loss.grad(X), 2.0 * np.ones(20))
