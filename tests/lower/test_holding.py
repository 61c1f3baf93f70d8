"""What one entry of an array gets in a loop that adds to others, too, is added up beside it: values and gradients are NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

from lower.comparing import compare, compare_nests
from s2s import value_and_grad

LENGTHS = (0, 1, 2, 3, 5, 9)


def covariances(x):
    """Column i with the columns from i on: with itself, too."""
    a = np.outer(x, np.cos(x)) + x
    n = len(x)
    c = np.zeros((n, n))
    for i in range(n):
        for j in range(i, n):
            for k in range(n):
                c[i, j] += a[k, i] * a[k, j]
    return np.sum(np.sin(c))


def gathered(x):
    """Everything goes to one entry, and to its own one."""
    y = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(x)):
            y[i] += x[j]
            y[j] += x[i] * x[j]
    return np.sum(y**2)


def read_between(x):
    """The entry is read while the others are added to: its value in each iteration counts."""
    y = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(x)):
            y[j] += x[i] * y[i]
            y[i] += x[j]
    return np.sum(y**2)


def stored_between(x):
    """The others are stored, not added to."""
    y = np.ones(len(x))
    for i in range(len(x)):
        for j in range(len(x)):
            y[j] = 0.5 * x[j]
            y[i] += x[i] * x[j]
    return np.sum(y**2)


def by_numbers(x):
    """Which entry gets the sum is a number of the program."""
    y = np.zeros(len(x))
    k = np.arange(len(x))[::-1]
    for i in range(len(x)):
        for j in range(len(x)):
            y[k[i]] += x[j] * x[i]
            y[k[j]] -= x[i]
    return np.sum(np.cos(y))


def outside(x):
    """There is no such entry."""
    y = np.zeros(len(x))
    for j in range(len(x)):
        y[len(x)] += x[j]
        y[j] += 1.0
    return np.sum(y * x)


PROGRAMS = [covariances, gathered, read_between, stored_between, by_numbers, outside]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
@pytest.mark.parametrize("length", LENGTHS)
def test_loop_nests_compute_what_numpy_does(program, length, monkeypatch):
    compare_nests(program, length, monkeypatch)


@pytest.mark.parametrize("program", [covariances, gathered, read_between, by_numbers], ids=lambda program: program.__name__)
def test_compiled_they_do_so_too(program):
    compare(program, np.random.default_rng(1).normal(size=11), jit=True)


def test_an_entry_that_is_not_there_is_an_error():
    with pytest.raises(IndexError):
        value_and_grad(outside, jit=True)(np.ones(9))


def test_the_sum_is_a_number():
    text = value_and_grad(gathered, jit=True).source(np.ones(9), lowered=True)
    assert "plus(" in text
