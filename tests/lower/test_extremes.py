"""The largest and the smallest entry, found several entries at a time: what NumPy finds, NaN and infinities included."""

from __future__ import annotations

import numpy as np
import pytest

from lower.comparing import compare, compare_nests
from s2s import value_and_grad

LENGTHS = (1, 2, 3, 5, 9)


def shifted_exponentials(x):
    """A softmax, row by row."""
    a = np.outer(x, np.arange(1.0, len(x) + 1.0))
    e = np.exp(a - np.max(a, axis=1, keepdims=True))
    return np.sum((e / np.sum(e, axis=1, keepdims=True)) ** 2)


def range_of(x):
    return np.max(x**2) - 2.0 * np.min(np.sin(x))


def by_columns(x):
    a = np.outer(np.cos(x), x)
    return np.sum(a.max(axis=0) * a.min(axis=0))


PROGRAMS = [shifted_exponentials, range_of, by_columns]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
@pytest.mark.parametrize("length", LENGTHS)
def test_loop_nests_compute_what_numpy_does(program, length, monkeypatch):
    compare_nests(program, length, monkeypatch)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_compiled_they_do_so_too(program):
    compare(program, np.random.default_rng(1).normal(size=37), jit=True)


def largest(x):
    return np.max(x)


def smallest(x):
    return np.min(x)


ROWS = [
    np.random.default_rng(4).normal(size=100), np.full(20, -np.inf), np.full(20, np.inf), np.zeros(20), -np.zeros(20),
    np.where(np.arange(50) == 33, np.nan, 1.0), np.where(np.arange(50) == 49, np.nan, -np.inf), np.arange(40.0) - 80.0,
    np.where(np.arange(41) == 40, 1e300, -1e300), np.full(9, np.nan), np.full(17, 5e-324),
]  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("program", [largest, smallest], ids=lambda program: program.__name__)
def test_whatever_the_numbers_are(program, dtype):
    compiled = value_and_grad(program, jit=True)
    for row in ROWS:
        with np.errstate(over="ignore", invalid="ignore"):
            x = row.astype(dtype)
            value, gradient = compiled(x)
            expected = value_and_grad(program, jit=False)(x)
        assert np.asarray(value).dtype == dtype
        np.testing.assert_array_equal(value, program(x))
        np.testing.assert_array_equal(gradient, expected[1])


def test_whole_numbers():
    def of_whole(x, k):
        return np.sum(x) * np.max(k) + np.min(k)

    x, k = np.arange(9.0), np.array([3, -7, 2**53 + 1, 4, 5, 6, 7, 8, 9])
    found = value_and_grad(of_whole, 0, jit=True)(x, k)
    expected = value_and_grad(of_whole, 0, jit=False)(x, k)
    assert found[0] == expected[0]
    np.testing.assert_array_equal(found[1], expected[1])
