"""Calls with trees, keywords, bound arguments, and of all transforms: each is what it is when it goes the long way.

Every program is called until it has a shortcut; then a call that is like these, or differs in one thing, is compared with the
same call where nothing is known.
"""

from __future__ import annotations

import dataclasses
import functools
import types
from collections import OrderedDict, defaultdict
from typing import Any, NamedTuple

import numpy as np
import pytest

import s2s
from s2s import differentiable, grad, hessian, hvp, jacfwd, jacrev, jvp, linearize, tiers, value_and_grad, vjp
from s2s.errors import NotScalar, S2SError, SharedMemory
from s2s.shortcuts import CALLS, Warm, forget
from s2s_runtime import tree

X = np.linspace(0.1, 0.9, 12)
W = np.linspace(-0.5, 1.5, 12)
JIT = [False, "auto"]


class Pair(NamedTuple):
    w: Any
    b: Any


@dataclasses.dataclass
class Layer:
    w: Any
    b: Any


class Ours(dict):
    """A dict with items of its own."""


class Array(np.ndarray):
    """A subclass of arrays."""


def of_dict(p, x):
    return np.sum(np.sin(p["w"] * x)) + p["b"] ** 2


def of_pair(p, x):
    return np.sum(np.sin(p[0] * x)) + p[1] ** 2


def of_record(p, x):
    return np.sum(np.sin(p.w * x)) + p.b ** 2


def nested(p, x):
    return np.sum(p["a"][0] * x) * p["a"][1]["k"] + np.sum(p["c"] * p["c"])


def listed(p, x):
    total = 0.0
    for w in p:
        total = total + np.sum(w * x * x)
    return total


def same(one, other) -> bool:
    """Whether two results are the same: tree, types, dtypes, shapes, values."""
    mine, theirs = tree.flatten(one), tree.flatten(other)
    return mine[1] == theirs[1] and all(map(alike, mine[0], theirs[0]))


def alike(one, other) -> bool:
    if callable(one) and not isinstance(one, type):
        return type(one) is type(other)
    if isinstance(one, (str, type)) or one is None or other is None:
        return one == other
    number = isinstance(one, float) and isinstance(other, float)
    return (number or type(one) is type(other)) and np.shape(one) == np.shape(other) and np.allclose(one, other, rtol=1e-9, equal_nan=True)


def outcome(call):
    """What a call gives, or the type and the text of the error that it raises."""
    try:
        with np.errstate(all="ignore"):
            return call()
    except (S2SError, TypeError, ValueError, AttributeError, LookupError) as error:
        return type(error), str(error)


def check(function, make, usual, others, again=2):
    """Calls of `make()` with other arguments than the usual ones: as if nothing were known of earlier calls.

    `make` gives what is called; `usual` and `others` are calls of it, as functions.
    """
    called = make()
    for _ in range(3):
        usual(called)
    assert any(isinstance(one, Warm) and one.known for one in vars(function)[CALLS].known.values())
    for other in others:
        calls = vars(function).pop(CALLS, None)
        expected = outcome(lambda other=other: other(make()))
        forget(vars(function))
        if calls is not None:
            vars(function)[CALLS] = calls
        for _ in range(again):
            found = outcome(lambda other=other: other(called))
            assert same(found, expected)
        usual(called)


# ------------------------------------------------------------------------------------------------------------------ trees
LEAVES = {
    "the same": W, "other values": 2 * W, "single precision": W.astype(np.float32), "whole numbers": np.arange(12), "booleans": W > 0,
    "complex": W + 0j, "strides": np.repeat(W, 2)[::2], "backwards": W[::-1], "read-only": np.broadcast_to(1.5, 12), "length 1": W[:1],
    "no axes": np.array(0.5), "a number": 0.5, "a NumPy number": np.float64(0.5), "single": np.float32(0.5), "a truth": True,
    "a whole number": 2, "a column": W[:, None], "a subclass": W.view(Array), "masked": np.ma.array(W), "byte order": W.astype(">f8"),
    "not aligned": np.frombuffer(b"\0" + W.tobytes(), offset=1), "a list": W.tolist(), "none": None, "text": "w", "another length": W[:7],
    "the other argument": X, "a part of the other": X[::-1], "half precision": W.astype(np.float16), "objects": W.astype(object),
}  # fmt: skip

TREES = {
    "dict": (of_dict, lambda w, b: {"w": w, "b": b}),
    "ordered dict": (of_dict, lambda w, b: OrderedDict(w=w, b=b)),
    "tuple": (of_pair, lambda w, b: (w, b)),
    "list": (of_pair, lambda w, b: [w, b]),
    "named tuple": (of_record, Pair),
    "dataclass": (of_record, Layer),
    "nested": (nested, lambda w, b: {"a": (w, {"k": b}), "c": W}),
}


@pytest.mark.parametrize(("how", "jit"), [*((how, False) for how in TREES), ("dict", "auto"), ("nested", "auto")])
@pytest.mark.filterwarnings("ignore")
def test_leaves_of_a_tree(how, jit):
    function, build = TREES[how]
    others = [lambda g, w=w: g(build(w, 0.5), X) for w in LEAVES.values()]
    others += [lambda g, b=b: g(build(W, b), X) for b in (1, True, np.float32(2.0), np.array(2.0), 1j, None, W, np.float64(1.0))]
    check(function, lambda: value_and_grad(function, jit=jit), lambda g: g(build(W, 0.5), X), others)


OTHER_TREES = {
    "other order": {"b": 0.5, "w": W}, "one more": {"w": W, "b": 0.5, "c": 1.0}, "one less": {"w": W}, "a subclass": Ours(w=W, b=0.5),
    "ordered": OrderedDict(w=W, b=0.5), "with a default": defaultdict(float, w=W, b=0.5), "nothing": {},
    "no dict": (W, 0.5), "other keys": {"w": W, 0: 0.5},
}  # fmt: skip


@pytest.mark.parametrize("jit", JIT)
def test_other_containers(jit):
    others = [lambda g, p=p: g(p, X) for p in OTHER_TREES.values()]
    check(of_dict, lambda: value_and_grad(of_dict, (0, 1), jit=jit), lambda g: g({"w": W, "b": 0.5}, X), others)
    records = [Pair(W, 0.5), Layer(W, 0.5), types.SimpleNamespace(w=W, b=0.5), dataclasses.make_dataclass("Layer", ["w", "b"])(W, 0.5)]
    check(of_record, lambda: grad(of_record, 1, jit=jit), lambda g: g(Pair(W, 0.5), X), [lambda g, p=p: g(p, X) for p in records])


@pytest.mark.parametrize("jit", JIT)
def test_lists_of_arrays(jit):
    others = [
        [W, W], [W], [W, W, W], [], [W, 2.0], [W, X.astype(np.float32)], (W, W), [W, W[:1]], [W[::-1], X], [W] * 20, [W, [W]],
    ]  # fmt: skip
    check(listed, lambda: value_and_grad(listed, jit=jit), lambda g: g([W, X], X), [lambda g, p=p: g(p, X) for p in others])


@pytest.mark.parametrize("jit", JIT)
def test_gradients_of_trees_have_memory_of_their_own(jit):
    transform = grad(of_dict, (0, 1), jit=jit)
    p = {"w": W.copy(), "b": 0.5}
    expected = grad(of_dict, (0, 1))(p, X)
    for _ in range(4):
        found = transform(p, X)
        assert same(found, expected)
        assert type(found[0]) is dict
        assert found[0] is not p
        assert not any(np.shares_memory(g, a) for g in (found[0]["w"], found[1]) for a in (p["w"], X))
        found[0]["w"][:] = found[1][:] = 100.0
        found[0]["b"] = "gone"


PASSED_ON = {
    "the other factor": lambda p, x: np.sum(p["w"] * x) + p["b"],
    "one for both": lambda p, x: np.sum(np.sin(p["w"] + x)) + p["b"],
    "a view": lambda p, x: np.sum(p["w"] * x[::-1]) + p["b"],
    "read-only": lambda p, x: np.sum(p["w"]) + np.sum(x) + p["b"],
    "twice": lambda p, x: np.sum(x * (p["w"] + x + p["b"])),
}


@pytest.mark.parametrize("jit", JIT)
@pytest.mark.parametrize("how", PASSED_ON)
def test_what_is_passed_on_is_copied(how, jit):
    loss = PASSED_ON[how]
    transform = value_and_grad(loss, (0, 1), jit=jit)
    p, x = {"w": W.copy(), "b": 0.5}, X.copy()
    expected = value_and_grad(loss, (0, 1))(p, x)
    for _ in range(4):
        found = transform(p, x)
        assert same(found, expected)
        arrays = [leaf for leaf in tree.flatten(found)[0] if isinstance(leaf, np.ndarray)]
        assert not any(np.shares_memory(a, b) for a in arrays for b in (p["w"], x))
        assert not np.shares_memory(*arrays)
        for array in arrays:
            array[:] = 50.0


# ------------------------------------------------------------------------------------------------------- keywords, defaults
def with_words(x, k=2.0, *, m=3.0, how="plain"):
    return np.sum(x * x) * k * m if how == "plain" else np.sum(x) * k * m


WORDS = [
    {}, {"k": 4.0}, {"k": 4}, {"k": True}, {"k": np.float32(4.0)}, {"m": 1.5}, {"m": 1.5, "k": 4.0}, {"k": 4.0, "m": 1.5},
    {"k": W}, {"k": W[:1]},
    {"how": "other"}, {"how": "plain"}, {"how": None}, {"z": 1.0}, {"k": np.array(4.0)}, {"k": None}, {"k": "text"}, {"x": X},
]  # fmt: skip


USUAL = [({}, False), ({"k": 5.0}, "auto"), ({"m": 2.0, "k": 5.0}, False), ({"how": "plain", "m": 2.0}, "auto")]


@pytest.mark.parametrize(("usual", "jit"), USUAL)
def test_keywords(usual, jit):
    others = [lambda g, words=words: g(X, **words) for words in WORDS]
    others += [lambda g: g(x=X), lambda g: g(k=4.0, x=X), lambda g: g(), lambda g: g(X, 4.0), lambda g: g(X, 4.0, 5.0)]
    check(with_words, lambda: value_and_grad(with_words, jit=jit), lambda g: g(X, **usual), others)


@pytest.mark.parametrize("jit", JIT)
def test_derivatives_by_what_is_given_by_name_or_not_at_all(jit):
    others = [lambda g, words=words: g(X, **words) for words in WORDS]
    for names in ("k", ("m", "x"), ["x", "k"]):
        check(with_words, lambda names=names: grad(with_words, argnames=names, jit=jit), lambda g: g(X), others)
        check(with_words, lambda names=names: grad(with_words, argnames=names, jit=jit), lambda g: g(X, k=1.0, m=2.0), others)


@pytest.mark.parametrize("jit", JIT)
def test_defaults_that_are_changed(jit):
    def loss(x, k=2.0, *, m=3.0):
        return np.sum(x * x) * k * m

    for names in ((), "k", "m"):
        transform = grad(loss, argnames=names, jit=jit) if names else grad(loss, jit=jit)
        for defaults, words in (((2.0,), {"m": 3.0}), ((5.0,), {"m": 3.0}), ((5.0,), {"m": 0.5}), ((4,), {"m": 3.0}), ((W,), {"m": 3.0})):
            loss.__defaults__, loss.__kwdefaults__ = defaults, dict(words)
            k, m = defaults[0], words["m"]
            if names == "k" and type(k) is int:
                continue
            expected = {(): 2 * X * k * m, "k": X * X * m if np.ndim(k) else np.sum(X * X) * m, "m": np.sum(X * X * k)}[names]
            if names != "m" and np.ndim(k):
                continue
            for _ in range(3):
                if np.ndim(k):
                    with pytest.raises(NotScalar):
                        transform(X)
                else:
                    assert np.allclose(transform(X), expected)
        loss.__kwdefaults__["m"] = 7.0
        loss.__defaults__ = (2.0,)
        for _ in range(3):
            assert np.allclose(transform(X), {(): 2 * X * 14, "k": np.sum(X * X) * 7, "m": np.sum(X * X) * 2}[names])


def test_a_default_that_is_changed_in_place():
    def loss(x, p={"k": 2.0, "v": X}):
        return np.sum(x * x * p["v"]) * p["k"]

    held = loss.__defaults__[0]
    for jit in JIT:
        held.update(k=2.0, v=X)
        transform = grad(loss, jit=jit)
        for change in ({}, {"k": 3.0}, {"k": 3}, {"v": W}, {"v": 2.0}, {"v": np.ones((1,))}, {"k": np.float32(2.0)}):
            held.update(change)
            for _ in range(3):
                assert np.allclose(transform(X), 2 * X * held["v"] * held["k"])


# ---------------------------------------------------------------------------------------- what is bound, captured, decorated
class Model:
    def __init__(self, k):
        self.k = k

    def loss(self, x):
        return np.sum(x * x) * self.k

    def __call__(self, x):
        return np.sum(x) * self.k

    def vector(self, x):
        return np.sin(x * self.k)


@pytest.mark.parametrize("jit", JIT)
@pytest.mark.parametrize("k", [3.0, 3, True, np.float32(3.0), W, W[:1], np.array(2.0), "text", None])
def test_attributes_of_what_is_bound(k, jit):
    for make in (lambda model: model.loss, lambda model: model):
        model = Model(2.0)
        transform = grad(make(model), jit=jit)
        for _ in range(3):
            transform(X)
        model.k = k
        for _ in range(3):
            assert same(outcome(lambda: transform(X)), outcome(lambda: grad(make(Model(k)), jit=jit)(X)))
        del model.k
        with pytest.raises((AttributeError, S2SError)):
            transform(X)


@pytest.mark.parametrize("jit", JIT)
def test_methods_are_of_their_objects(jit):
    models = [Model(float(k)) for k in range(1, 5)]
    for _ in range(3):
        for model in models:
            assert np.allclose(grad(model.loss, jit=jit)(X), 2 * X * model.k)
            assert np.allclose(vjp(model.vector, X, cotangent=W, jit=jit)[1][0], W * np.cos(X * model.k) * model.k)
            assert np.allclose(jvp(model.vector, (X,), (W,), jit=jit)[1], W * np.cos(X * model.k) * model.k)


@pytest.mark.parametrize("jit", JIT)
def test_a_class_that_is_changed(jit, monkeypatch):
    model = Model(2.0)
    transform = grad(model, jit=jit)
    for _ in range(3):
        assert np.allclose(transform(X), 2.0)
    monkeypatch.setattr(Model, "__call__", lambda self, x: np.sum(x * x) * self.k)
    for _ in range(3):
        assert np.allclose(transform(X), 4.0 * X)


@pytest.mark.parametrize("jit", JIT)
def test_partials(jit):
    bound = functools.partial(with_words, k=4.0)
    transform = grad(bound, jit=jit)
    for _ in range(3):
        assert np.allclose(transform(X), 2 * X * 12)
    assert np.allclose(transform(X, k=1.0), 2 * X * 3)
    bound.keywords["k"] = 5.0
    assert np.allclose(transform(X), 2 * X * 15)
    bound.keywords["m"] = 1.0
    for _ in range(3):
        assert np.allclose(transform(X), 2 * X * 5)
    del bound.keywords["k"]
    for _ in range(3):
        assert np.allclose(transform(X), 2 * X * 2)


def test_a_partial_with_a_tree_that_is_changed():
    held = {"w": W.copy(), "b": 0.5}
    bound = functools.partial(of_dict, held)
    for jit in JIT:
        held.update(w=W.copy(), b=0.5)
        transform = grad(bound, jit=jit)
        for change in ({}, {"b": 2.0}, {"w": X}, {"w": W.astype(np.float32)}, {"w": 2.0}, {"b": 3}):
            held.update(change)
            for _ in range(3):
                assert same(transform(X), grad(lambda x: of_dict(held, x))(X))


@pytest.mark.parametrize("jit", JIT)
def test_closures_that_are_changed(jit):
    def made():
        k, p = 2.0, {"a": W, "n": 3}

        def loss(x):
            return np.sum(x * p["a"]) * k * p["n"]

        def change(**words):
            nonlocal k
            k = words.pop("k", k)
            p.update(words)

        return loss, change, lambda: W * 0 + p["a"] * k * p["n"]

    loss, change, expected = made()
    transform = grad(loss, jit=jit)
    calls = [lambda: transform(X), lambda: grad(loss, jit=jit)(X), lambda: vjp(loss, X, cotangent=1.0, jit=jit)[1][0]]
    for one in ({}, {"k": 3.0}, {"k": 3}, {"a": X}, {"n": 4}, {"n": 2.5}, {"a": X.astype(np.float32)}, {"k": np.float64(1.0)}, {"a": 2.0}):
        change(**one)
        for _ in range(3):
            for call in calls:
                assert np.allclose(call(), expected(), rtol=1e-6)


def test_functions_from_one_text_do_not_share_what_they_capture():
    def made(k):
        def loss(x):
            return np.sum(x * x) * k

        return loss

    losses = [made(float(k)) for k in range(1, 6)]
    for jit in JIT:
        for _ in range(3):
            for k, loss in enumerate(losses, 1):
                assert np.allclose(grad(loss, jit=jit)(X), 2 * X * k)
                assert np.allclose(jvp(loss, (X,), (W,), jit=jit)[1], np.sum(2 * X * W) * k)


def test_attributes_are_copied_to_what_wraps_a_function():
    def loss(x):
        return np.sum(x * x)

    for _ in range(3):
        grad(loss)(X)
        vjp(loss, X)

    @functools.wraps(loss)
    def other(x):
        return np.sum(x * x * x)

    assert CALLS in vars(other)
    for _ in range(3):
        assert np.allclose(grad(other)(X), 3 * X * X)
        assert np.allclose(vjp(other, X, cotangent=1.0)[1][0], 3 * X * X)
        assert np.allclose(grad(loss)(X), 2 * X)


# --------------------------------------------------------------------------------------------------------- how it is run
def counted(x):
    return np.sum(np.sin(x) * x)


def test_what_the_environment_says(monkeypatch):
    transform = grad(counted)
    monkeypatch.setenv("S2S_JIT", "0")
    for _ in range(3):
        transform(X)
    monkeypatch.setenv("S2S_JIT", "nonsense")
    with pytest.raises(S2SError, match="nonsense"):
        transform(X)
    with pytest.raises(S2SError, match="nonsense"):
        jvp(counted, (X,), (X,))
    monkeypatch.setenv("S2S_JIT", "1")
    assert np.allclose(transform(X), np.cos(X) * X + np.sin(X))
    monkeypatch.delenv("S2S_JIT")
    assert np.allclose(transform(X), np.cos(X) * X + np.sin(X))


def test_options_that_are_changed():
    @differentiable
    def loss(x):
        return np.sum(np.log(x))

    transform = grad(loss)
    zero = np.zeros(12)
    with np.errstate(all="ignore"):
        for _ in range(3):
            transform(X)
            loss.grad(X)
        loss.options = s2s.jit.choice.Choice(check_nan=True)
        for call in (transform, loss.grad):
            with pytest.raises(s2s.errors.NotFinite):
                call(zero)
        loss.options = s2s.jit.choice.UNSAID
        assert np.all(np.isinf(transform(zero)))
        transform.options = s2s.jit.choice.Choice(check_nan=True)
        with pytest.raises(s2s.errors.NotFinite):
            transform(zero)
        with pytest.raises(s2s.errors.NotFinite):
            vjp(loss, zero, cotangent=1.0, check_nan=True)
        with pytest.raises(S2SError):
            grad(loss, jit=1)


def test_numpy_code_that_is_compiled_by_and_by(monkeypatch):
    monkeypatch.setattr(tiers, "scale", 1.0)
    p = {"w": W, "b": 0.5}

    def wobbling(p, x):
        return np.sum(np.cos(p["w"] * x)) + p["b"]

    transform = value_and_grad(wobbling, jit="auto")
    calls = [lambda: transform(p, X), lambda: jvp(wobbling, (p, X), (p, X), jit="auto"), lambda: vjp(wobbling, p, X, jit="auto")[1](1.0)]
    expected = [call() for call in calls]
    for scale in (1.0, 1.0, 1.0, 0.0, 0.0, 0.0):
        monkeypatch.setattr(tiers, "scale", scale)
        assert all(same(call(), one) for call, one in zip(calls, expected, strict=True))
    pushed, pulled = linearize(wobbling, p, X, jit="auto")[1], vjp(wobbling, p, X, jit="auto")[1]
    monkeypatch.setattr(tiers, "scale", 0.0)
    assert same(pushed(p, X), expected[1][1])
    assert same(pulled(1.0), expected[2])


def test_transforms_that_are_changed():
    for make, other in ((grad, grad(of_dict, 1)), (jacfwd, jacfwd(of_dict, 1)), (jacrev, jacrev(of_dict, 1))):
        transform = make(of_dict)
        for _ in range(3):
            transform({"w": W, "b": 0.5}, X)
        transform.argnums = 1
        for _ in range(3):
            assert same(transform({"w": W, "b": 0.5}, X), other({"w": W, "b": 0.5}, X))
    inner, point = grad(of_dict), ({"w": W, "b": 0.5}, X)
    outer = [jvp(inner, point, point) for _ in range(3)]
    assert same(outer[0], outer[2])
    inner.argnums = 1
    assert same(jvp(inner, point, point)[0], grad(of_dict, 1)(*point))
    inner.function = nested
    with pytest.raises((S2SError, KeyError)):
        jvp(inner, point, point)


def test_effects_happen_once_per_call(capsys):
    def loss(x):
        print("called")
        if x[0] > 0.5:
            raise ValueError("too large")
        return np.sum(x * x)

    for jit in JIT:
        transform = value_and_grad(loss, jit=jit)
        for _ in range(4):
            transform(X)
            assert capsys.readouterr().out == "called\n"
        with pytest.raises(ValueError, match="too large"):
            transform(1 + X)
        assert capsys.readouterr().out == "called\n"


def test_a_result_that_is_no_number():
    def loss(x, flat):
        return np.sum(x) if flat else x

    for jit in JIT:
        transform = grad(loss, jit=jit)
        for _ in range(3):
            transform(X, True)
        for _ in range(3):
            with pytest.raises(NotScalar, match=r"loss returns an array of shape \(12,\)"):
                transform(X, False)


def test_arguments_of_one_tree_that_share_memory():
    def loss(p):
        a = p["a"]
        a[0] = a[1] * 2.0
        return np.sum(a * p["b"])

    for jit in JIT:
        transform = grad(loss, jit=jit)
        for _ in range(3):
            transform({"a": W.copy(), "b": X})
        both = np.linspace(0.0, 1.0, 13)
        for _ in range(3):
            with pytest.raises(SharedMemory):
                transform({"a": both[1:], "b": both[:-1]})
        kept = W.copy()
        transform({"a": kept, "b": X})
        assert np.array_equal(kept, W)


# ------------------------------------------------------------------------------------------------------- other transforms
def wave(x, k=2.0):
    return np.sin(x * k)


def both(p, x):
    return {"y": p["w"] * x, "s": np.sum(p["w"]) * p["b"]}


POINTS = [X, 2 * X, X.astype(np.float32), X[::-1], X[:1], X[:5], X[:, None], X + 0j, np.arange(12), X > 0.5]
POINTS += [np.float64(0.5), 0.5, np.array(0.5), 3, None, "x"]


@pytest.mark.parametrize("jit", JIT)
def test_products(jit):
    def tangent(x):
        return x if x is None or isinstance(x, (str, int)) or getattr(x, "dtype", X.dtype).kind not in "fc" else x * 1

    check(
        wave, lambda: jvp, lambda f: f(wave, (X,), (W,), jit=jit),
        [lambda f, x=x: f(wave, (x,), (tangent(x),), jit=jit) for x in POINTS]
        + [lambda f, v=v: f(wave, (X,), (v,), jit=jit) for v in (W[:3], W.astype(np.float32), None, [*W], X)]
        + [lambda f, v=v: f(wave, (X,), (v,), jit=jit) for v in (X[::-1], np.broadcast_to(1.0, 12))]
        + [lambda f: f(wave, (X,), (W, W), jit=jit), lambda f: f(wave, [X], [W], jit=jit), lambda f: f(wave, (X,), (W,), k=4.0, jit=jit)]
        + [lambda f: f(wave, (X, 3.0), (W, 1.0), jit=jit), lambda f: f(wave, (X, 3), (W, None), jit=jit)],
    )  # fmt: skip
    check(
        wave, lambda: vjp, lambda f: f(wave, X, cotangent=W, jit=jit),
        [lambda f, x=x: f(wave, x, cotangent=tangent(x), jit=jit) for x in POINTS]
        + [lambda f: f(wave, X, cotangent=W[:3], jit=jit), lambda f: f(wave, X, cotangent=W.astype(np.float32), jit=jit)]
        + [lambda f: f(wave, X, 3.0, cotangent=W, jit=jit), lambda f: f(wave, X, k=4.0, cotangent=W, jit=jit)]
        + [lambda f: f(wave, X, jit=jit)[1](W), lambda f: linearize(wave, X, jit=jit)[1](W)]
        + [lambda f: linearize(wave, X, 3.0, jit=jit)[1](W, 1.0), lambda f: linearize(wave, 0.5, jit=jit)[1](1.0)],
    )  # fmt: skip


@pytest.mark.parametrize("jit", JIT)
def test_products_of_trees(jit):
    p = {"w": W, "b": 0.5}
    others = [{"w": X, "b": 0.5}, {"b": 0.5, "w": W}, {"w": W, "b": 1}, {"w": W.astype(np.float32), "b": 0.5}, {"w": 2.0, "b": 0.5}]
    others += [Ours(p), (W, 0.5)]
    calls = [lambda f, q=q: jvp(both, (q, X), (q, X), jit=jit) for q in others]
    calls += [lambda f, q=q: vjp(both, q, X, cotangent=both(q, X) if isinstance(q, dict) else None, jit=jit) for q in others]
    calls += [lambda f, q=q: linearize(both, q, X, jit=jit)[1](q, X) for q in others]
    calls += [lambda f: vjp(both, p, X, cotangent={"y": W}, jit=jit), lambda f: vjp(both, p, X, cotangent={"s": 1.0, "y": W}, jit=jit)]

    def usual(_):
        jvp(both, (p, X), (p, X), jit=jit)
        vjp(both, p, X, cotangent=both(p, X), jit=jit)
        linearize(both, p, X, jit=jit)

    check(both, lambda: None, usual, calls)


@pytest.mark.parametrize("jit", JIT)
def test_pullbacks_keep_what_they_were_made_with(jit):
    x, k = X.copy(), 2.0
    for _ in range(4):
        x[:] = X
        result, pullback = vjp(wave, x, k, jit=jit)
        _, pushforward = linearize(wave, x, k, jit=jit)
        expected, along = W * np.cos(X * k) * k, W * np.cos(X * k) * k
        x[:] = 100.0
        result[:] = 100.0
        for _ in range(2):
            bars = pullback(W)
            assert np.allclose(bars[0], expected)
            bars[0][:] = 100.0
            assert np.allclose(pushforward(W, 0.0), along)


@pytest.mark.parametrize("jit", JIT)
def test_products_have_memory_of_their_own(jit):
    def through(x, y):
        return x, x + y, y[::-1]

    x, y = X.copy(), W.copy()
    for _ in range(4):
        found = jvp(through, (x, y), (y, x), jit=jit), vjp(through, x, y, cotangent=(x, y, x), jit=jit)
        found += linearize(through, x, y, jit=jit)[0]
        arrays = [leaf for leaf in tree.flatten(found)[0] if isinstance(leaf, np.ndarray)]
        for array in arrays:
            array[:] = 50.0
        assert np.array_equal(x, X)
        assert np.array_equal(y, W)


@pytest.mark.parametrize("jit", JIT)
def test_jacobians_and_hessians(jit):
    calls = [lambda f, x=x, make=make: make(wave, jit=jit)(x) for x in POINTS for make in (jacfwd, jacrev)]
    p = {"w": W[:3], "b": 0.5}
    calls += [lambda f: jacfwd(both, jit=jit)(p, X[:3]), lambda f: jacrev(both, (0, 1), jit=jit)(p, X[:3])]
    check(wave, lambda: None, lambda f: (jacfwd(wave, jit=jit)(X), jacrev(wave, jit=jit)(X)), calls)
    transform = hessian(counted, jit=jit)
    for x in (X, X, X, X[:3], X.astype(np.float32), X[::-1], 0.5, X):
        assert same(transform(x), hessian(counted, jit=jit)(x))
    products = [lambda f, x=x: hvp(counted, (x,), (x,), jit=jit) for x in POINTS]
    p, q = {"w": W, "b": 0.5}, {"w": X, "b": 1.0}
    products += [lambda f: hvp(of_dict, (p, X), (q, W), jit=jit), lambda f: hvp(of_dict, (p, 2), (q, None), jit=jit)]
    check(counted, lambda: None, lambda f: hvp(counted, (X,), (W,), jit=jit), products)


@pytest.mark.parametrize("jit", JIT)
def test_what_rides_along(jit):
    def loss(x, p):
        return np.sum(x * x), {"x": x, "p": p, "twice": 2 * x, "k": 3, "same": (x, x)}

    p = {"a": W.copy(), "s": "text"}
    for make in (grad, value_and_grad, jacfwd, jacrev):
        transform = make(loss, has_aux=True, jit=jit)
        expected = make(loss, has_aux=True)(X, p)
        for _ in range(4):
            found = transform(X, p)
            assert same(found, expected)
            aux = found[0][1] if make is value_and_grad else found[1]
            assert aux["p"] is not p
            arrays = [aux["x"], aux["p"]["a"], aux["twice"], *aux["same"]]
            for array in arrays:
                array[:] = 50.0
            assert np.array_equal(p["a"], W)


def test_copies_do_not_share_shortcuts():
    import copy
    import pickle

    transform = grad(of_dict)
    for _ in range(3):
        transform({"w": W, "b": 0.5}, X)
    for other in (copy.copy(transform), copy.deepcopy(transform), pickle.loads(pickle.dumps(transform))):
        other.argnums = 1
        assert same(other({"w": W, "b": 0.5}, X), grad(of_dict, 1)({"w": W, "b": 0.5}, X))
        assert same(transform({"w": W, "b": 0.5}, X), grad(of_dict)({"w": W, "b": 0.5}, X))
    assert pickle.loads(pickle.dumps(vars(of_dict)[CALLS])).known == {}
