"""Derivatives that a user's compiled code calls."""

from __future__ import annotations

import functools
import threading
import time
import warnings

import numba
import numpy as np
import pytest

from jit.texts import in_new_process
from s2s import grad, jacrev, value_and_grad
from s2s.errors import NotCompiled, NotScalar, Refused

W, X, Y = np.linspace(-0.5, 0.5, 10), np.cos(np.arange(200.0)).reshape(20, 10), np.sign(np.sin(np.arange(20.0) + 0.5))
SCALE, WEIGHTS = 2.0, np.linspace(1.0, 2.0, 10)


def logistic(w, x, y):
    return np.sum(np.log(1.0 + np.exp(-y * (x @ w))))


gradient = grad(logistic, jit=True)
both = value_and_grad(logistic, (0, 1))


@numba.njit
def step(w, x, y):
    return w - 0.1 * gradient(w, x, y)


def test_a_gradient_that_is_a_global_variable():
    assert np.allclose(step(W, X, Y), W - 0.1 * gradient(W, X, Y))
    for w, x, y in ((W[:9], X[:, :9], Y), (W[::2], X[:, ::2], Y), (W[:4], np.asfortranarray(X[:7, :4]), Y[:7])):
        assert np.allclose(step(w, x, y), w - 0.1 * grad(logistic, jit=False)(w, x, y))


def test_values_and_several_gradients():
    @numba.njit
    def all_of_it(w, x, y):
        value, (by_w, by_x) = both(w, x, y)
        return value, by_w.sum() + by_x.sum(), by_w, by_x

    value, total, by_w, by_x = all_of_it(W, X, Y)
    expected, grads = value_and_grad(logistic, (0, 1), jit=False)(W, X, Y)
    assert np.allclose(value, expected)
    assert np.allclose(by_w, grads[0])
    assert np.allclose(by_x, grads[1])
    assert np.allclose(total, grads[0].sum() + grads[1].sum())


def test_a_gradient_that_is_an_argument_or_a_variable_of_an_outer_function():
    @numba.njit
    def called(g, w, x, y):
        return g(w, x, y) * 2.0

    def around(g):
        @numba.njit
        def inner(w, x, y):
            return g(w, x, y) * 2.0

        return inner

    assert np.allclose(called(gradient, W, X, Y), 2 * gradient(W, X, Y))
    assert np.allclose(around(gradient)(W, X, Y), 2 * gradient(W, X, Y))


def test_descent_in_one_loop():
    @numba.njit
    def descend(w, x, y, steps):
        for _ in range(steps):
            w = w - 0.1 * gradient(w, x, y)
        return w

    w = W
    for _ in range(20):
        w = w - 0.1 * gradient(w, X, Y)
    assert np.allclose(descend(W, X, Y, 20), w)


def cube(x, k=2.0):
    s = 0.0
    for _ in range(3):
        s += k * x**3
    return s


def test_numbers_keywords_and_defaults():
    by_x, by_k = grad(cube), grad(cube, 1)

    @numba.njit
    def numbers(x):
        return by_x(x), by_x(x, 3.0), by_x(k=1.0, x=x), by_k(x, 5.0)

    assert numbers(2.0) == (72.0, 108.0, 36.0, 24.0)


def test_single_precision():
    single = [one.astype(np.float32) for one in (W, X, Y)]
    found = numba.njit(lambda w, x, y: gradient(w, x, y))(*single)
    assert found.dtype == np.float32
    assert np.allclose(found, gradient(*single), rtol=1e-5)


def test_results_have_memory_of_their_own():
    g = grad(lambda x, y: np.sum(x * y), (0, 1))

    @numba.njit
    def change(x, y):
        by_x, by_y = g(x, y)
        by_x[:] = 100.0
        by_y[:] = 200.0
        return x.sum() + y.sum()

    x, y = np.arange(5.0), np.arange(1.0, 6.0)
    assert change(x, y) == 25.0
    assert np.array_equal(x, np.arange(5.0))
    assert np.array_equal(y, np.arange(1.0, 6.0))


def shifted(x, y):
    y[0] = x[0] * 2.0
    return np.sum(x * y)


def test_what_is_stored_into_lies_apart():
    g = grad(shifted, (0, 1))
    compiled = numba.njit(lambda x, y: g(x, y))
    x, y = np.arange(1.0, 6.0), np.arange(2.0, 7.0)
    assert all(map(np.array_equal, compiled(x, y), g(x, y)))
    assert np.array_equal(y, np.arange(2.0, 7.0))
    both = np.arange(1.0, 12.0)
    assert all(map(np.array_equal, compiled(both[:5], both[5:10]), g(both[:5], both[5:10])))
    for one, other in ((both[:5], both[4:9]), (both[:5], both[4:9][::-1]), (both[::2][:5], both[1::2][:5]), (both[:5], both[:5])):
        with pytest.raises(ValueError, match="share memory, and y is changed in place"):
            compiled(one, other)


def test_what_is_read_from_outside_is_read_when_the_caller_is_compiled():
    def loss(x):
        return np.sum(SCALE * WEIGHTS * x * x)

    g = grad(loss)
    twice = numba.njit(lambda x: g(x) * 2.0)
    assert np.allclose(twice(W), 4 * SCALE * WEIGHTS * W)
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(globals(), "SCALE", 7.0)
        assert np.allclose(twice(W), 4 * 2.0 * WEIGHTS * W)
        assert np.allclose(g(W), 2 * 7.0 * WEIGHTS * W)


def apply(x, act, mode):
    return np.sum(act(x)) if mode == "sum" else np.sum(act(x) ** 2)


@numba.njit
def square(x):
    return x * x


def test_functions_and_text_among_the_arguments():
    g = grad(apply)

    @numba.njit
    def called(x):
        return g(x, square, "sum") + g(x, square, "power")

    assert np.allclose(called(W), 2 * W + 4 * W**3)

    @numba.njit
    def unknown(x, mode):
        return g(x, square, mode)

    with pytest.raises(
        NotCompiled, match=r"grad_apply: mode is of type unicode_type, which its derivative cannot take"
    ):
        unknown(W, "sum")


def test_methods_and_partials():
    class Model:
        def loss(self, x):
            return np.sum(x * x)

        def scaled(self, x):
            return np.sum(self.k * x * x)

    model = Model()
    model.k = 3.0
    plain, scaled, by_k = grad(model.loss), grad(model.scaled), grad(functools.partial(cube, 2.0))
    assert np.allclose(numba.njit(lambda x: plain(x))(W), 2 * W)
    assert numba.njit(lambda k: by_k(k))(3.0) == 24.0
    with pytest.raises(NotCompiled, match=r"as a whole|is not a number"):
        numba.njit(lambda x: scaled(x))(W)


def printed(x):
    y = np.sin(x)
    print(y[0])
    return np.sum(y * y)


def test_what_cannot_be_compiled_as_a_whole():
    g = grad(printed)
    with pytest.raises(NotCompiled) as caught:
        numba.njit(lambda x: g(x))(W)
    assert "print(y[0])" in str(caught.value)
    refused = grad(lambda x: np.sum(x) * len(globals()))
    with pytest.raises(Refused):
        numba.njit(lambda x: refused(x))(W)
    vector = grad(lambda x: x * 2.0)
    with pytest.raises((NotScalar, NotCompiled)):
        numba.njit(lambda x: vector(x))(W)
    aux = grad(lambda x: (np.sum(x), x), has_aux=True)
    with pytest.raises(NotCompiled, match="aux"):
        numba.njit(lambda x: aux(x))(W)
    jacobian = jacrev(np.sin)
    with pytest.raises(numba.TypingError):
        numba.njit(lambda x: jacobian(x))(W)


def test_an_axis_of_length_1_is_an_error():
    """NumPy would spread it over the other array, which is another derivative."""
    with pytest.raises(ValueError, match="an axis of length 1"):
        step(W, X, Y[:1])


def test_numba_does_not_keep_what_calls_a_derivative(tmp_path, monkeypatch):
    """It would not see a change of the function that is differentiated."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    kept = numba.njit(cache=True)(step.py_func)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert np.allclose(kept(W, X, Y), step(W, X, Y))
    assert any("dynamic globals" in str(one.message) for one in said)
    assert not [*tmp_path.rglob("*.nbc")]


def test_numba_finds_nothing_for_a_derivative_that_is_an_argument(tmp_path, monkeypatch):
    (tmp_path / "given_a_derivative.py").write_text(
        "import os\nimport numba, numpy as np, s2s\n\nK = float(os.environ['FACTOR'])\n\n\ndef f(x):\n    return np.sum(K * x * x)\n\n\n"
        "@numba.njit(cache=True)\ndef twice(g, x):\n    return g(x) * 2.0\n\n\nprint(twice(s2s.grad(f), np.arange(3.0)).tolist())\n"
    )
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "numba"))
    for factor in (1.0, 1.0, 5.0):
        monkeypatch.setenv("FACTOR", str(factor))
        script = "import sys; sys.path.insert(0, sys.argv[1]); import given_a_derivative"
        assert in_new_process(script, tmp_path) == f"{[0.0, 4.0 * factor, 8.0 * factor]}\n"


def test_a_transform_that_is_changed_is_another_function():
    g = grad(cube)
    assert numba.njit(lambda x: g(x, 3.0))(2.0) == 108.0
    g.argnums = 1
    assert numba.njit(lambda x: g(x, 3.0))(2.0) == 24.0


def long_sum(x):
    s = 0.0
    for i in range(len(x)):
        s += np.sin(x[i]) * x[i]
    return s


def test_no_lock_is_held_while_a_derivative_runs():
    """Two calls, each of which would hold everything up, and a thread that counts meanwhile."""
    g = grad(long_sum, jit=True)
    x = np.linspace(0.0, 1.0, 3_000_000)
    expected = g(x)
    counted, done = [0], threading.Event()

    def count():
        while not done.is_set():
            counted[0] += 1
            time.sleep(0)

    results: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: results.append(g(x))) for _ in range(2)]
    counter = threading.Thread(target=count)
    counter.start()
    before = counted[0]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    during = counted[0] - before
    done.set()
    counter.join()
    assert all(np.array_equal(one, expected) for one in results)
    assert during > 20, "a thread that holds the lock lets another one run every 5 ms at best"


def test_threads_derive_and_compile_at_the_same_time():
    """Each thread is the first to call, with lengths of its own."""

    def loss(w, x, y):
        return np.sum(np.log1p(np.exp(-y * (x @ w))))

    g = value_and_grad(loss, jit=True)
    found: dict[int, object] = {}
    start = threading.Barrier(6)

    def work(n: int) -> None:
        start.wait()
        for _ in range(30):
            found[n] = g(W[:n], X[:, :n], Y)

    threads = [threading.Thread(target=work, args=(n,)) for n in (1, 2, 3, 4, 9, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for n, (value, gradient) in found.items():
        expected = value_and_grad(loss, jit=False)(W[:n], X[:, :n], Y)
        assert np.allclose(value, expected[0])
        assert np.allclose(gradient, expected[1])
    assert len(found) == 6
