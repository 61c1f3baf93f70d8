"""Results are values: the same each time, nothing shared, nothing hidden, nothing left behind."""

from __future__ import annotations

import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from language import oracle
from s2s import grad, hessian, jacfwd, jacrev, jvp, value_and_grad, vjp

X = np.array([0.7, 1.3, -0.4])


def trajectory(x, k):
    total = 0.0
    for v in x:
        if v > 0:
            total = total + np.sin(k * v)
        else:
            total = total * v
    return total


# ---------------------------------------------------------------------------------------------------- the same again
def test_the_same_bits_each_time():
    f = value_and_grad(trajectory, argnums=(0, 1))
    first = f(X, 2.0)
    f(X * 3.0, 0.5)
    assert oracle.same_bits(f(X, 2.0), first)
    assert oracle.same_bits(value_and_grad(trajectory, argnums=(0, 1))(X, 2.0), first)


def test_inputs_and_seeds_are_left_alone():
    x, seed, tangent = X.copy(), np.ones(3), np.arange(3.0)
    vjp(np.sin, x)[1](seed)
    jvp(np.sin, (x,), (tangent,))
    grad(np.sum)(x)
    for found, expected in ((x, X), (seed, np.ones(3)), (tangent, np.arange(3.0))):
        assert oracle.same_bits(found, expected)


FUNCTIONS = {
    "identity": lambda x: x,
    "view": lambda x: x[1:],
    "reversed": lambda x: x[::-1],
    "reshaped": lambda x: x.reshape(3, 1),
    "transposed": lambda x: x.T,
    "broadcast": lambda x: np.broadcast_to(x, (2, 3)),
    "sum": lambda x: x + 0.0,
    "linear": lambda x: 2.0 * x,
    "negative": lambda x: -x,
    "packed": lambda x: {"a": x, "b": [x, x[:2]]},
    "copy": lambda x: x.copy(),
    "stacked": lambda x: np.stack([x, x]),
}


def arrays(tree):
    return [leaf for _, leaf in oracle.leaves(tree) if isinstance(leaf, np.ndarray)]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_results_share_no_memory(name):
    f, x = FUNCTIONS[name], X.copy()
    result, pullback = vjp(f, x)
    seed = oracle.random_cotangent(result, np.random.default_rng(0))
    first, second = pullback(seed), pullback(seed)
    tangent = np.ones(3)
    pushed_result, pushed = jvp(f, (x,), (tangent,))
    given = [x, tangent, *arrays(seed)]
    for found in (*arrays(result), *arrays(pushed_result), *first, *second, *arrays(pushed)):
        assert not any(np.shares_memory(found, other) for other in given)
    assert not np.shares_memory(first[0], second[0])


def test_writing_into_a_gradient_changes_nothing():
    f = grad(lambda x: np.sum(2.0 * x))
    gradient = f(X)
    gradient[:] = 99.0
    np.testing.assert_array_equal(f(X), np.full(3, 2.0))


def test_writing_into_an_input_after_the_call_changes_no_pullback():
    x = X.copy()
    _, pullback = vjp(lambda v: v * v, x)
    expected = pullback(np.ones(3))[0]
    x[:] = 5.0
    np.testing.assert_array_equal(pullback(np.ones(3))[0], expected)


def test_writing_into_a_result_changes_no_pullback():
    result, pullback = vjp(np.exp, X)
    expected = pullback(np.ones(3))[0]
    result[:] = 0.0
    np.testing.assert_array_equal(pullback(np.ones(3))[0], expected)


# -------------------------------------------------------------------------------------------- what a program reads
RATE = 2.0
TABLE = np.array([1.0, 2.0, 3.0])
SETTINGS = {"power": 2}


def reads_the_module(x):
    return RATE * np.sum(TABLE * x ** SETTINGS["power"])


def test_a_global_that_changes_is_seen(monkeypatch):
    f = grad(reads_the_module)
    np.testing.assert_allclose(f(X), 4 * TABLE * X, rtol=1e-15)
    monkeypatch.setitem(globals(), "RATE", 5.0)
    np.testing.assert_allclose(f(X), 10 * TABLE * X, rtol=1e-15)
    monkeypatch.setitem(globals(), "TABLE", np.ones(3))
    np.testing.assert_allclose(f(X), 10 * X, rtol=1e-15)
    monkeypatch.setitem(SETTINGS, "power", 3)
    np.testing.assert_allclose(f(X), 15 * X**2, rtol=1e-14)


def test_an_array_of_the_module_that_changes_is_seen(monkeypatch):
    f = grad(reads_the_module)
    monkeypatch.setitem(globals(), "TABLE", np.ones(3))
    np.testing.assert_allclose(f(X), 4 * X, rtol=1e-15)
    TABLE[0] = 7.0
    np.testing.assert_allclose(f(X), 4 * TABLE * X, rtol=1e-15)


def test_a_closure_that_changes_is_seen():
    scale = 2.0

    def f(x):
        return scale * x * x

    derivative = grad(f)
    assert derivative(1.5) == 6.0
    scale = 3.0
    assert derivative(1.5) == 9.0
    scale = 1
    assert derivative(1.5) == 3.0


def test_a_function_that_is_replaced_is_seen():
    def inner(x):
        return x * x

    def f(x):
        return inner(x) * 2.0

    derivative = grad(f)
    assert derivative(1.5) == 6.0

    def inner(x):
        return x**3

    assert derivative(1.5) == pytest.approx(6 * 1.5**2, rel=1e-15)


def test_an_object_that_changes_is_seen():
    class Spring:
        stiffness = 2.0

        def energy(self, x):
            return self.stiffness * x * x

    spring = Spring()
    derivative = grad(spring.energy)
    assert derivative(1.5) == 6.0
    spring.stiffness = 3.0
    assert derivative(1.5) == 9.0
    Spring.energy = lambda self, x: x
    assert grad(spring.energy)(1.5) == 1.0


def test_closures_of_the_same_code_are_told_apart():
    def power(n):
        return lambda x: x**n

    assert [grad(power(n))(2.0) for n in (1, 2, 3)] == [1.0, 4.0, 12.0]


def test_arguments_of_another_kind_each_call():
    def f(x, mode="square"):
        if mode == "square":
            return np.sum(x * x)
        return np.sum(np.sin(x))

    derivative = grad(f)
    assert derivative(1.5) == 3.0
    np.testing.assert_array_equal(derivative(X), 2 * X)
    np.testing.assert_array_equal(derivative(X[:1]), 2 * X[:1])
    np.testing.assert_array_equal(derivative(np.outer(X, X)), 2 * np.outer(X, X))
    np.testing.assert_allclose(derivative(X, "sine"), np.cos(X), rtol=1e-15)
    np.testing.assert_array_equal(derivative(X), 2 * X)
    assert derivative(X.astype(np.float32)).dtype == np.float32


def test_lengths_that_change_between_calls():
    derivative = grad(lambda xs: sum([x * x for x in xs]))
    assert derivative([1.5]) == [3.0]
    assert derivative([1.5, 2.0]) == [3.0, 4.0]
    assert derivative([]) == []
    assert derivative((1.5, 2.0)) == (3.0, 4.0)


def test_trips_that_change_between_calls():
    def f(x, n):
        y = x
        for _ in range(n):
            y = y * x
        return y

    derivative = grad(f)
    assert [derivative(2.0, n) for n in (0, 1, 2, 3)] == [1.0, 4.0, 12.0, 32.0]


# ------------------------------------------------------------------------------------------------------ side effects
def test_it_prints_once(capsys):
    def f(x):
        print("x is", x)
        return x * x

    for transform, answer in ((grad, 3.0), (value_and_grad, (2.25, 3.0))):
        assert transform(f)(1.5) == answer
        assert capsys.readouterr().out == "x is 1.5\n"
    jvp(f, (1.5,), (1.0,))
    assert capsys.readouterr().out == "x is 1.5\n"
    _, pullback = vjp(f, 1.5)
    pullback(1.0)
    pullback(2.0)
    assert capsys.readouterr().out == "x is 1.5\n"


def test_exceptions_of_the_program_are_its_own():
    class TooLarge(ValueError):
        pass

    def f(x):
        if x > 1.0:
            raise TooLarge(f"{x} is too large")
        assert x > -1.0, "too small"
        return x * x

    derivative = grad(f)
    for _ in range(2):
        with pytest.raises(TooLarge, match=r"^1\.5 is too large$"):
            derivative(1.5)
        with pytest.raises(AssertionError, match="too small"):
            derivative(-2.0)
        assert derivative(0.5) == 1.0


def test_nan_is_not_hidden():
    gradient = grad(lambda x: np.sum(x * x))(np.array([1.0, np.nan, np.inf]))
    assert gradient[0] == 2.0
    assert np.isnan(gradient[1])
    assert np.isinf(gradient[2])


def test_no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        grad(trajectory, argnums=(0, 1))(X, 2.0)
        hessian(lambda x: np.sum(x**3))(X)
        jacfwd(np.sin)(X)
        jacrev(np.sin)(X)


# ----------------------------------------------------------------------------------------------------------- threads
def test_threads_do_not_disturb_each_other():
    def f(x, k):
        for _ in range(20):
            x = np.sin(x) * k
        return np.sum(x)

    points = [X + 0.01 * k for k in range(40)]
    expected = [grad(f)(x, 1.1) for x in points]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda x: grad(f)(x, 1.1), points))
    assert oracle.same_bits(found, expected)


def test_the_first_call_may_come_from_many_threads():
    def f(x):
        return np.sum(np.tanh(x) * x)

    derivative = grad(f)
    start, results = threading.Barrier(6), []

    def run():
        start.wait()
        results.append(derivative(X))

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 6
    assert all(oracle.same_bits(result, results[0]) for result in results)


# ---------------------------------------------------------------------------------------------------- memory, again
def test_gradients_of_one_call_share_no_memory():
    x_bar, y_bar = grad(lambda x, y: np.sum(x + y), argnums=(0, 1))(X, X.copy())
    assert not np.shares_memory(x_bar, y_bar)
    _, pullback = vjp(lambda x, y: x + y, X, X.copy())
    assert not np.shares_memory(*pullback(np.ones(3)))
    tree = grad(lambda p: np.sum(p["a"] + p["b"]))({"a": X, "b": X})
    assert not np.shares_memory(tree["a"], tree["b"])


def test_an_aux_shares_no_memory_with_what_is_outside():
    for transform in (grad, value_and_grad, jacrev, jacfwd):
        result = transform(lambda x: (np.sum(TABLE * x), (x, TABLE)), has_aux=True)(X)
        found = arrays(result)
        assert not any(np.shares_memory(a, other) for a in found for other in (X, TABLE))


def test_a_pullback_of_an_object_does_not_see_it_change():
    class Weighted:
        def __init__(self):
            self.w = np.ones(3)

        def total(self, x):
            return self.w * x

    weighted = Weighted()
    _, pullback = vjp(weighted.total, X)
    weighted.w[:] = 7.0
    np.testing.assert_array_equal(pullback(np.ones(3))[0], np.ones(3))
