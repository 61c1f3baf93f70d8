"""Calls that are like earlier ones: checked in one function, and no less right than those that go the long way."""

from __future__ import annotations

import copy
import pickle
import sys
import threading
import types

import numpy as np
import pytest

from s2s import differentiable, grad, value_and_grad
from s2s.errors import S2SError
from s2s.rules.declare import RULES, elementwise
from s2s.shortcuts import forget

RNG = np.random.default_rng(3)
W, X, Y = RNG.normal(size=10), RNG.normal(size=(20, 10)), np.sign(RNG.normal(size=20))


def logistic(w, x, y):
    return np.sum(np.log(1.0 + np.exp(-y * (x @ w))))


@pytest.fixture(autouse=True)
def nothing_known():
    """Each test begins with no shortcuts."""
    forget(vars(logistic))


def warm(transform, *args):
    """A transform that has a shortcut for calls like this one."""
    for _ in range(2):
        transform(*args)
    assert "shortcut" in transform.__dict__
    return transform


def took_shortcut(transform, *args, **kwargs) -> bool:
    """Whether a call goes no long way."""
    return transform.__dict__["warm"].find(args, kwargs) is not None


def same(one, other) -> bool:
    """Whether two results are the same: values, types, dtypes, shapes."""
    if isinstance(one, tuple):
        return isinstance(other, tuple) and len(one) == len(other) and all(map(same, one, other))
    alike = type(one) is type(other) or (isinstance(one, float) and isinstance(other, float))
    return alike and np.shape(one) == np.shape(other) and np.allclose(one, other, rtol=1e-6, atol=0)


@pytest.mark.parametrize("make", [grad, value_and_grad])
@pytest.mark.parametrize("argnums", [0, (0,), (0, 1), (2, 0), 1])
def test_a_shortcut_gives_what_the_long_way_gives(make, argnums):
    transform = warm(make(logistic, argnums, jit=True), W, X, Y)
    assert took_shortcut(transform, W, X, Y)
    assert same(transform(2 * W, X, Y), make(logistic, argnums, jit=False)(2 * W, X, Y))


# Other arguments than those of the calls before.
OTHERS = {
    "lengths": (W[:9], X[:, :9], Y),
    "short": (W[:2], X[:, :2], Y),
    "nothing": (W, X[:0], Y[:0]),
    "an axis of length 1 in a matrix": (W[:1], X[:, :1], Y),
    "an axis of length 1": (W, X, Y[:1]),
    "a column": (W, X, Y[:, None] * 1.0),
    "single precision": (W.astype(np.float32), X.astype(np.float32), Y.astype(np.float32)),
    "one in single precision": (W, X.astype(np.float32), Y),
    "whole numbers": (W, X, Y.astype(int)),
    "booleans": (W, X, Y > 0),
    "a number for an array": (W, X, 1.0),
    "a whole number": (W, X, 1),
    "a truth": (W, X, True),
    "a NumPy number": (W, X, np.float64(1.0)),
    "complex": (W, X, Y + 0j),
    "Fortran's order": (W, np.asfortranarray(X), Y),
    "strides": (W[::-1], X[::2], Y[::2]),
    "read-only": (W, X, np.broadcast_to(1.0, 20)),
    "not aligned": (np.frombuffer(b"\0" + W.tobytes(), offset=1), X, Y),
    "the other byte order": (W.astype(">f8"), X, Y),
    "an array without axes": (W, X, np.array(1.0)),
    "a matrix": (W, np.matrix(X), Y),
    "a masked array": (W, X, np.ma.array(Y)),
    "a list": (W, X, Y.tolist()),
    "too few": (W, X),
    "too many": (W, X, Y, Y),
    "no number": (W, X, None),
    "text": (W, X, "y"),
    "lengths that do not fit": (W, X, Y[:7]),
}


def outcome(transform, args):
    try:
        with np.errstate(all="ignore"):
            return transform(*args)
    except (S2SError, TypeError, ValueError) as error:
        return type(error)


@pytest.mark.parametrize("how", OTHERS)
@pytest.mark.filterwarnings("ignore")
def test_other_arguments_go_the_long_way(how):
    transform = warm(value_and_grad(logistic, jit="auto"), W, X, Y)
    args = OTHERS[how]
    expected = outcome(value_and_grad(logistic, jit="auto"), args)
    for _ in range(3):
        found = outcome(transform, args)
        assert found is expected if isinstance(expected, type) else same(found, expected)
    assert took_shortcut(transform, W, X, Y)


def test_keywords_go_the_long_way():
    transform = warm(value_and_grad(logistic, jit=True), W, X, Y)
    assert same(transform(W, X, y=Y), transform(W, X, Y))
    assert same(transform(y=Y, w=W, x=X), transform(W, X, Y))


class Model:
    def __init__(self, k):
        self.k = k

    def act(self, x):
        return np.tanh(self.k * x)

    def loss(self, x):
        return np.sum(self.act(x))


def made(**names):
    """A function with global variables of its own."""
    module = types.ModuleType("warm_module")
    module.__dict__.update(np=np, **names)
    return module


def helper(x):
    return x * x


def other_helper(x):
    return x * x * x


def with_global_variables(**names):
    """`loss`, and the module of its global variables."""

    def loss(x):
        return np.sum(helper(x) * K * V)  # noqa: F821  they are the module's

    module = made(helper=helper, K=2.0, V=np.arange(1.0, 13.0), **names)
    return types.FunctionType(loss.__code__, vars(module), "loss"), module


@pytest.mark.parametrize(
    "change",
    [
        {"K": 3.0}, {"K": 3}, {"K": np.float32(3.0)}, {"K": True}, {"V": np.arange(12.0)}, {"V": np.arange(12)}, {"V": 2.0},
        {"V": np.arange(24.0)[::2]}, {"V": np.ones(1)}, {"V": np.ones((12, 1))}, {"V": np.ones(12, np.float32)}, {"K": np.ones(12)},
        {"helper": other_helper}, {"np": np, "sum": np.prod}, {"V": np.ma.ones(12)}, {"V": [2.0] * 12},
    ],
)  # fmt: skip
def test_what_a_function_reads_from_outside(change):
    loss, module = with_global_variables()
    x = np.linspace(0.1, 0.9, 12)
    transform = warm(value_and_grad(loss, jit="auto"), x)
    for name, value in change.items():
        setattr(module, name, value)
    expected = outcome(value_and_grad(loss, jit=False), (x,))
    for _ in range(3):
        found = outcome(transform, (x,))
        assert found is expected if isinstance(expected, type) else same(found, expected)


def test_what_is_changed_in_place():
    loss, module = with_global_variables()
    x = np.linspace(0.1, 0.9, 12)
    transform = warm(value_and_grad(loss, jit=True), x)
    module.V[3] = 50.0
    assert took_shortcut(transform, x)
    assert same(transform(x), value_and_grad(loss, jit=False)(x))


def test_a_name_that_comes_to_be():
    def loss(x):
        return np.sum(abs(x) * 2.0)

    module = made()
    loss = types.FunctionType(loss.__code__, vars(module), "loss")
    x = np.linspace(-0.1, 0.9, 12)
    transform = warm(grad(loss, jit=True), x)
    module.abs = helper
    assert np.allclose(transform(x), 4 * x)
    del module.abs
    assert np.allclose(transform(x), 2 * np.sign(x))


def test_texts_that_were_replaced(monkeypatch):
    def loss(x):
        return np.sum(helper(x))

    x = np.linspace(0.1, 0.9, 12)
    transform = warm(grad(loss, jit=True), x)
    with monkeypatch.context() as patched:
        patched.setattr(helper, "__code__", other_helper.__code__)
        assert np.allclose(transform(x), 3 * x * x)
    assert np.allclose(transform(x), 2 * x)
    monkeypatch.setattr(loss, "__code__", (lambda x: np.sum(np.sin(x))).__code__.replace(co_freevars=()))
    assert np.allclose(transform(x), np.cos(x))


def test_methods_and_objects(monkeypatch):
    model = Model(2.0)
    x = np.linspace(0.1, 0.9, 12)
    transform = grad(model.loss, jit=True)
    for k in (3.0, 0.5, 0.25):
        model.k = k
        assert np.allclose(transform(x), k * (1 - np.tanh(k * x) ** 2))
    model.k = np.full(12, 0.5)
    assert np.allclose(transform(x), 0.5 * (1 - np.tanh(0.5 * x) ** 2))
    monkeypatch.setattr(Model, "act", lambda self, x: self.k * x)
    assert np.allclose(transform(x), 0.5)
    model.act = helper
    assert np.allclose(transform(x), 2 * x)


def test_decorated_functions():
    @differentiable(jit=True)
    def loss(x):
        return np.sum(x * x)

    x = np.linspace(0.1, 0.9, 12)
    transform = warm(grad(loss), x)
    assert np.allclose(transform(x), 2 * x)


def test_a_transform_that_is_changed():
    transform = warm(grad(logistic, jit=True), W, X, Y)
    transform.argnums = 2
    assert same(transform(W, X, Y), grad(logistic, 2)(W, X, Y))
    transform = warm(grad(logistic, jit=True), W, X, Y)
    transform.function = lambda w, x, y: np.sum(w)
    assert same(transform(W, X, Y), np.ones(10))


def test_a_rule_that_is_declared_later():
    def plain(x):
        return x * 2.0

    def loss(x):
        return np.sum(plain(x))

    x = np.linspace(0.1, 0.9, 12)
    transform = warm(grad(loss, jit="auto"), x)
    elementwise(plain)(lambda x: 7.0 + 0.0 * x)
    try:
        assert np.allclose(transform(x), 7.0)
    finally:
        del RULES.rules[plain]
        RULES.version += 1
    assert np.allclose(transform(x), 2.0)


def test_copies_and_pickles():
    transform = warm(grad(logistic, jit=True), W, X, Y)
    for other in (copy.copy(transform), pickle.loads(pickle.dumps(transform))):
        assert same(other(W, X, Y), transform(W, X, Y))


def test_arguments_that_are_stored_into_lie_apart():
    def loss(x, y):
        y[0] = x[0]
        return np.sum(x * y)

    x, y = np.linspace(0.1, 0.9, 12), np.linspace(1.0, 2.0, 12)
    transform = grad(loss, (0, 1), jit=True)
    for _ in range(3):
        transform(x, y)
    both = np.linspace(0.0, 1.0, 13)
    with pytest.raises(S2SError, match="share memory"):
        transform(both[1:], both[:-1])
    assert same(transform(x, y), grad(loss, (0, 1))(x, y))


def test_methods_of_library_objects():
    """`np.add.at` is another object at each look at it."""

    def loss(x, places):
        y = np.zeros(4)
        np.add.at(y, places, x)
        return np.sum(y**2)

    x, places = np.linspace(0.1, 0.9, 12), np.arange(12) % 4
    transform = warm(grad(loss, jit=True), x, places)
    assert took_shortcut(transform, x, places)
    assert same(transform(x, places), grad(loss)(x, places))


PASSED_ON = {
    "the other factor": lambda x, y: np.sum(x * y),
    "one for both": lambda x, y: np.sum(np.sin(x + y)),
    "a view": lambda x, y: np.sum(x * y[::-1]),
    "none": lambda x, y: np.sum(x),
    "ones": lambda x, y: np.sum(x + y),
}


@pytest.mark.parametrize("how", PASSED_ON)
def test_results_have_memory_of_their_own(how):
    loss = PASSED_ON[how]
    x, y = np.linspace(0.1, 0.9, 12), np.linspace(1.0, 2.0, 12)
    transform = grad(loss, (0, 1), jit=True)
    expected = grad(loss, (0, 1), jit=False)(x, y)
    for _ in range(4):
        one, other = transform(x, y)
        assert same((one, other), expected)
        assert not np.shares_memory(one, other)
        assert not any(np.shares_memory(g, a) for g in (one, other) for a in (x, y))
        one[:] = other[:] = 100.0
    assert same(transform(x, y), expected)


def test_numbers():
    def loss(k, n):
        s = 0.0
        for i in range(n):
            s += k**3
        return s

    transform = warm(value_and_grad(loss, jit="auto"), 2.0, 3)
    assert took_shortcut(transform, 5.0, 4)
    assert transform(5.0, 4) == (500.0, 300.0)
    assert type(transform(5.0, 4)[1]) is float
    for args in ((5, 4), (5.0, 4.0), (5.0, True), (np.float64(5.0), 4), (5.0, np.int64(4)), (5.0, 1 << 70)):
        assert not took_shortcut(transform, *args)
    assert transform(5.0, True) == (125.0, 75.0)
    assert type(transform(np.float32(5.0), 4)[1]) is np.float32
    assert type(transform(np.float64(5.0), np.int64(4))[1]) is np.float64


def test_errors_are_those_of_the_long_way():
    def loss(x, i):
        return x[i] * x[0]

    x = np.linspace(0.1, 0.9, 12)
    transform = warm(grad(loss, jit=True), x, 3)
    with pytest.raises(IndexError):
        transform(x, 12)
    assert np.allclose(transform(x, 3)[[0, 3]], x[[3, 0]])


def test_lengths_take_turns():
    transform = value_and_grad(logistic, jit=True)
    for _ in range(3):
        for n in (2, 3, 10, 9, 12, 1):
            w, x = RNG.normal(size=n), RNG.normal(size=(20, n))
            assert same(transform(w, x, Y), value_and_grad(logistic, jit=False)(w, x, Y))


def test_many_kinds_of_arguments_cost_no_more_than_the_long_way():
    transform = grad(logistic, jit="auto")
    for k in range(30):
        transform(W, X, Y.astype("d" if k % 2 else "f") if k % 3 else Y.astype(int))
    assert len(transform.__dict__["warm"].known) <= 8


def test_threads():
    """Two threads compute at the same time, each its own result."""
    transform = warm(value_and_grad(logistic, jit=True), W, X, Y)
    sizes = [(W * k, X * (k + 1), Y) for k in range(8)]
    expected = [transform(*args) for args in sizes]
    wrong: list[int] = []
    start = threading.Barrier(4)

    def work(first: int) -> None:
        start.wait()
        for k in range(2000):
            position = (first + k) % 8
            if not same(transform(*sizes[position]), expected[position]):
                wrong.append(position)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert not wrong


@pytest.mark.parametrize("watch", ["profile", "trace"])
def test_calls_that_are_profiled(watch):
    """Numba asks for the code of what it calls when somebody watches."""
    transform = warm(value_and_grad(logistic, jit=True), W, X, Y)
    expected = transform(W, X, Y)
    setter = getattr(sys, f"set{watch}")
    before = getattr(sys, f"get{watch}")()
    setter(lambda frame, event, arg: None)
    try:
        found = transform(W, X, Y)
    finally:
        setter(before)
    assert same(found, expected)
