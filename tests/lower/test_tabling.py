"""Elementary functions of an inner index are computed once: values and gradients are those of NumPy code, at lengths from 0 on."""

from __future__ import annotations

import numpy as np
import pytest

from lower.comparing import compare, compare_nests
from s2s import value_and_grad

LENGTHS = (0, 1, 2, 3, 5, 9)


def harmonics(x):
    n = len(x)
    s = 0.0
    for i in range(n):
        for k in range(n):
            c = np.cos(0.3 * k / n)
            s += c * x[k] * x[i] ** 2
    return s


def by_stages(x):
    """The stages take other lengths; the last one is longer than the array."""
    n = len(x)
    y = x.copy()
    size = 1
    while size <= 2 * n:
        for start in range(0, n, size):
            for k in range(size):
                if start + k < n:
                    y[start + k] *= np.cos(0.1 * k / size) + np.sin(k)
        size *= 2
    return np.sum(y**2)


def of_what_stays(x):
    """A row of numbers that no iteration changes."""
    y = np.zeros(len(x))
    for t in range(4):
        for i in range(len(x)):
            y[i] = 0.5 * y[i] + np.exp(-x[i]) * t
    return np.sum(np.sin(y))


def of_what_changes(x):
    """The same numbers, but they do change."""
    y = x.copy()
    for _ in range(4):
        for i in range(len(x)):
            y[i] = 0.5 * y[i] + np.exp(-y[i])
    return np.sum(y)


def of_what_another_loop_changes(x):
    y = x.copy()
    s = 0.0
    for _ in range(3):
        for i in range(len(x)):
            s += np.exp(-y[i]) * x[i]
        for i in range(len(x)):
            y[i] = np.sin(y[i] + s)
    return s


def triangle(x):
    """The inner loop's end is another one each time."""
    s = 0.0
    for i in range(len(x)):
        for k in range(i):
            s += np.exp(-0.1 * k) * x[k] * x[i]
    return s


def never_reached(x):
    """What cannot be computed stands in a loop without iterations."""
    s = 1.0
    for i in range(0):
        for k in range(len(x)):
            s += np.exp(x[k] / i) * k
    return s * np.sum(x)


def three_deep(x):
    n = len(x)
    s = 0.0
    for i in range(n):
        for j in range(n):
            for k in range(n):
                s += np.exp(-0.1 * k) * x[i] * x[j] * x[k] ** 2
    return s


PROGRAMS = [
    harmonics, by_stages, of_what_stays, of_what_changes, of_what_another_loop_changes, triangle, never_reached, three_deep,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
@pytest.mark.parametrize("length", LENGTHS)
def test_loop_nests_compute_what_numpy_does(program, length, monkeypatch):
    compare_nests(program, length, monkeypatch)


@pytest.mark.parametrize("program", [harmonics, by_stages, of_what_stays, three_deep], ids=lambda program: program.__name__)
def test_compiled_they_do_so_too(program):
    compare(program, np.random.default_rng(1).normal(size=11), jit=True)


@pytest.mark.parametrize("program", [harmonics, of_what_stays, three_deep], ids=lambda program: program.__name__)
def test_what_stays_the_same_is_computed_before_the_outermost_loop(program):
    text = value_and_grad(program, jit=True).source(np.ones(9), lowered=True)
    lines = [line for line in text.splitlines() if "exp(" in line or "cos(" in line]
    lines = [line for line in lines if not line.lstrip().startswith(("#", "from", "return")) and " = " in line]
    assert lines
    assert all(len(line) - len(line.lstrip()) == 8 for line in lines), text
