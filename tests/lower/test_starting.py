"""Innermost loops that begin somewhere in a row count from 0: values and gradients are those of NumPy code, at lengths from 0 on."""

from __future__ import annotations

import numpy as np
import pytest

from lower.comparing import compare, compare_nests
from s2s import value_and_grad

LENGTHS = (0, 1, 2, 3, 5, 9)


def triangle(x):
    """Rows of a triangle: in the last one nothing is left."""
    n = len(x)
    a = np.outer(x, x + 1.0)
    s = 0.0
    for i in range(n):
        for j in range(i + 1, n):
            a[i, j] -= a[i, i] * x[j]
            s += a[i, j] ** 2
    return s


def begins_behind_its_end(x):
    """Most of the inner loops have no iteration; the index keeps what it was."""
    n = len(x)
    s, j = 0.0, 7
    for i in range(n):
        for j in range(2 * i, n):
            s += x[j] * np.sin(x[i])
        s += 0.1 * j * x[i]
    return s


def from_behind(x):
    """The first indices count from the end."""
    s = 0.0
    for i in range(len(x)):
        for j in range(i - 3, i):
            s += x[j] * x[i] ** 2
    return s


def window(x):
    """The index is read as a number and moved on."""
    n = len(x)
    y = np.zeros(n)
    for i in range(2, n):
        for j in range(i - 2, i):
            y[j + 1] += x[j] * (j + 1) - x[i]
    return np.sum(np.sin(y))


def stops_early(x):
    s = 0.0
    for i in range(len(x)):
        for j in range(i, len(x)):
            if x[j] < 0:
                break
            s += np.exp(x[j])
    return s


PROGRAMS = [triangle, begins_behind_its_end, from_behind, window, stops_early]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
@pytest.mark.parametrize("length", LENGTHS)
def test_loop_nests_compute_what_numpy_does(program, length, monkeypatch):
    compare_nests(program, length, monkeypatch)


@pytest.mark.parametrize("program", [triangle, window], ids=lambda program: program.__name__)
def test_compiled_they_do_so_too(program):
    compare(program, np.random.default_rng(1).normal(size=11), jit=True)


def test_the_inner_loop_counts_from_zero():
    gradient = value_and_grad(triangle, jit=True)
    text = gradient.source(np.ones(9), lowered=True)
    assert "for j in range(i + 1" not in text
    assert "j = k + (i + 1)" in text
