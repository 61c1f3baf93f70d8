"""`parallel=True`: independent loops with enough to do run in threads, and give what they give in one."""

from __future__ import annotations

import numpy as np
import pytest

from s2s import S2SError, grad, value_and_grad
from s2s.lower import independent

N = 64


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Small loops are worth it, too."""
    monkeypatch.setattr(independent, "ENOUGH", 10)


def chain(x, w):
    y = np.sin(x) * w
    return np.sum(np.exp(y) * np.tanh(x))


def rows(x, w):
    y = np.zeros(len(w))
    for i in range(len(w)):
        for j in range(len(x)):
            y[i] += w[i] * np.cos(x[j])
    return np.sum(y * y)


def inner_part(x, w):
    total = 1.5
    for i in range(2, len(x) - 1):
        total += x[i] * w[i] ** 2
    return total


def stencil(x, w):
    for _ in range(3):
        x = x.copy()
        x[1:-1] = x[1:-1] + w[1:-1] * (x[2:] - 2 * x[1:-1] + x[:-2])
    return np.sum(x * x)


def recurrence(x, w):
    y = np.zeros(len(x))
    for i in range(1, len(x)):
        y[i] = w[i] * y[i - 1] + x[i]
    return y[-1]


def scatter(x, w):
    y = np.zeros(4)
    for i in range(len(x)):
        y[i % 4] += x[i] * w[i]
    return np.sum(y**2)


def product(x, w):
    total = 1.0
    for i in range(len(x)):
        total = total * (1.0 + x[i] * w[i])
    return total


def largest(x, w):
    best = -np.inf
    for i in range(len(x)):
        best = max(best, x[i] * w[i])
    return best


def whole_matrix(x, w):
    return np.sum(np.outer(x, w) ** 2) + np.max(np.outer(w, x).sum(axis=0))


PROGRAMS = [chain, rows, inner_part, stencil, recurrence, scatter, product, largest, whole_matrix]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("size", [3, N])
def test_threads_give_what_one_gives(program, size, rng):
    x, w = rng.uniform(0.1, 0.9, size), rng.uniform(0.1, 0.9, size)
    expected = value_and_grad(program, (0, 1), jit=False)(x, w)
    found = value_and_grad(program, (0, 1), jit=True, parallel=True)(x, w)
    assert np.isclose(found[0], expected[0], rtol=1e-13)
    for a, b in zip(found[1], expected[1], strict=True):
        assert np.allclose(a, b, rtol=1e-12, atol=1e-14)


def text(program, size=N) -> str:
    x = np.linspace(0.1, 0.9, size)
    return value_and_grad(program, (0, 1), jit=True, parallel=True).source(x, x, lowered=True)


def test_sums_are_taken_piece_by_piece_so_that_they_do_not_depend_on_the_number_of_threads():
    written = text(chain)
    assert "from numba import prange" in written
    assert "for b in prange(64):" in written
    assert "for i in range(share(b, n), share(b + 1, n)):" in written


def test_loops_whose_iterations_use_other_ones_entries_stay():
    assert "prange" not in text(recurrence).split("y_bar")[0]
    assert "prange" not in text(scatter).split("_bar = ")[0].split("for i")[-1]


def test_what_has_little_to_do_stays(monkeypatch):
    monkeypatch.setattr(independent, "ENOUGH", 50_000)
    assert "prange" not in text(chain)
    assert "prange" in text(chain, 100_000)
    assert "prange" not in value_and_grad(chain, jit=True).source(np.ones(100_000), np.ones(100_000), lowered=True)


def test_several_threads_may_call_at_once(rng):
    from concurrent.futures import ThreadPoolExecutor

    gradient = grad(chain, jit=True, parallel=True)
    inputs = [rng.uniform(0.1, 0.9, N) for _ in range(32)]
    expected = [grad(chain, jit=False)(x, x) for x in inputs]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda x: gradient(x, x), inputs))
    assert all(np.allclose(a, b, rtol=1e-12) for a, b in zip(found, expected, strict=True))


def test_it_may_be_true_or_false():
    with pytest.raises(S2SError, match="parallel is 3"):
        grad(chain, parallel=3)
