"""Records of rows of several lengths stand in one array, and are as long as they were when they are read: the loop nests give NumPy's
values, at lengths from 0 on, where slices are cut at the ends of an axis, in loops that run backwards, and in nests of loops.
"""

from __future__ import annotations

import numba
import numpy as np
import pytest

from lower.comparing import compare, compare_nests
from s2s import value_and_grad

LENGTHS = (0, 1, 2, 3, 8, 11)


def from_the_counter(x):
    """What is behind the counter, which the next iterations overwrite."""
    y = x * 1.0
    s = 0.0
    for k in range(len(x)):
        s += np.sum(np.sin(y[k:]) * y[k:])
        y[k:] = np.cos(y[k:]) * x[k]
    return s + np.sum(y)


def up_to_the_counter(x):
    y = x * 1.0
    for k in range(1, len(x)):
        t = np.tanh(y[:k])
        y[k] += np.sum(t * t)
        y[:k] = t * y[k]
    return np.sum(y**2)


def backwards(x):
    y = x * 1.0
    for k in range(len(x) - 1, -1, -1):
        t = np.exp(0.1 * y[k:])
        y[k:] = t * t - y[k:] * x[k]
    return np.sum(y**2)


def backwards_up_to(x):
    """The loop begins at an odd place, and ends before the first."""
    y = x * 1.0
    for k in range(len(x) - 2, 0, -1):
        y[:k] = np.sin(y[:k]) * y[k] * y[:k]
    return np.sum(y**2)


def windows(x):
    """Rows of three, the last ones cut at the end."""
    y = x * 1.0
    for k in range(len(x)):
        y[k : k + 3] = np.sin(y[k : k + 3]) * y[k : k + 3]
    return np.sum(y**2)


def wider_windows(x):
    """Rows of which only the difference of the ends is known."""
    y = x * 1.0
    w = len(x) // 2
    for k in range(len(x) - w):
        y[k : k + w] = np.sin(y[k : k + w]) * y[k : k + w]
    return np.sum(y**2)


def counted_from_the_end(x):
    """For k of 0, all of it."""
    y = x * 1.0
    for k in range(len(x)):
        y[-k:] = np.sin(y[-k:]) * y[-k:]
    return np.sum(y**2)


def less_and_less_of_both_ends(x):
    y = x * 1.0
    for k in range(len(x)):
        y[k : len(x) - k] = np.sin(y[k : len(x) - k]) * y[k : len(x) - k]
    return np.sum(y**2)


def steps_of_two(x):
    y = x * 1.0
    for k in range(len(x)):
        y[k::2] = np.sin(y[k::2]) * y[k::2]
    return np.sum(y**2)


def behind_the_end(x):
    """The last iterations have nothing."""
    y = x * 1.0
    for k in range(len(x) + 2):
        y[k:] = np.sin(y[k:]) * y[k:] + 1.0
    return np.sum(y**2)


def in_nests(x):
    y = x * 1.0
    for i in range(len(x)):
        for j in range(i + 1):
            y[j:] = np.sin(y[j:]) * y[i] * y[j:]
    return np.sum(y**2)


def of_the_outer_counter(x):
    """An inner loop records rows of one length in each of its iterations."""
    y = x * 1.0
    for i in range(1, len(x)):
        for _ in range(2):
            y[i:] = np.sin(y[i:]) * y[i - 1] * y[i:]
    return np.sum(y**2)


def between_two_counters(x):
    y = x * 1.0
    for i in range(len(x)):
        for j in range(i, len(x)):
            y[i:j] = np.sin(y[i:j]) * y[j] * y[i:j]
    return np.sum(y**2)


def outer_products(x):
    """Rows with two axes."""
    a = np.outer(x, x) + 1.0
    for k in range(len(x)):
        t = np.outer(a[k, k:], a[k:, k])
        a[k:, k:] -= 0.1 * t * np.sin(t)
    return np.sum(a)


def columns(x):
    """A reflection of the rest of a matrix: what it is made of is changed in place before it is recorded."""
    a = np.outer(x, np.arange(1.0, len(x) + 1.0)) + np.eye(len(x))
    for k in range(len(x) - 1):
        v = a[k:, k].copy()
        v[0] += np.sqrt(np.sum(v**2) + 1.0)
        v /= np.sqrt(np.sum(v**2) + 1.0)
        a[k:, k:] -= 2.0 * np.outer(v, v @ a[k:, k:])
    return np.sum(np.sin(a))


def with_a_branch(x):
    y = x * 1.0
    for k in range(len(x)):
        if x[k] > 0.0:
            y[k:] = np.sin(y[k:]) * y[k:]
        else:
            y[:k] = np.cos(y[:k]) * y[:k]
    return np.sum(y**2)


ROWS = [
    from_the_counter, up_to_the_counter, backwards, backwards_up_to, windows, wider_windows, steps_of_two, behind_the_end, in_nests,
    of_the_outer_counter, outer_products, columns,
]  # fmt: skip
OTHERS = [counted_from_the_end, less_and_less_of_both_ends, between_two_counters, with_a_branch]


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("program", ROWS + OTHERS)
def test_loop_nests_compute_what_numpy_does(program, length, monkeypatch):
    compare_nests(program, length, monkeypatch)


@pytest.mark.parametrize("program", ROWS)
def test_rows_are_recorded_in_arrays(program, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    text = value_and_grad(program, jit="auto").source(np.ones(11), lowered=True)
    assert ".append(" not in text


@pytest.mark.parametrize("program", [columns, windows, backwards_up_to])
def test_compiled_rows(program):
    compare(program, np.random.default_rng(0).normal(size=11), jit=True)
