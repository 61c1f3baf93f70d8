"""Functions that give indices, compiled: where an array is not 0, diagonals and triangles."""

from __future__ import annotations

import numpy as np
import pytest

from lower.comparing import compare, compare_nests
from s2s import value_and_grad


def diagonals(x):
    a = np.outer(x, x)
    a[np.diag_indices_from(a)] += x + 1.0
    return np.sum(a * a[0]) + np.sum(a[np.diag_indices(1)])


def triangles(x):
    n = len(x)
    lower = np.zeros((n, n))
    lower[np.tril_indices(n)] = np.outer(x, x)[np.triu_indices(n)]
    i, j = np.triu_indices(n, k=1)
    return np.sum(lower @ x) + np.sum(np.sin(x[i] - x[j]))


def not_zero(x):
    places = np.flatnonzero(x > 0)
    rows, columns = np.where(np.outer(x, x) < 0)
    (whole,) = np.nonzero(np.floor(x))
    return np.sum(x[places] ** 2) + np.sum(x[rows] * x[columns] ** 2) + np.sum(x[whole])


def pairs_of_places(x):
    a = np.outer(x, x + 1.0)
    places = np.argwhere(a > 0.5)
    return np.sum(a[places[:, 0], places[:, 1]] ** 3)


PROGRAMS = [diagonals, triangles, not_zero, pairs_of_places]


@pytest.mark.parametrize("length", [0, 1, 2, 5])
@pytest.mark.parametrize("program", PROGRAMS)
def test_indices_as_loop_nests(program, length, monkeypatch):
    compare_nests(program, length, monkeypatch)


def test_they_are_compiled_as_a_whole():
    x = np.random.default_rng(3).normal(size=5)
    compare(lambda x: diagonals(x) + triangles(x) + not_zero(x) + pairs_of_places(x), x, jit=True)
    assert "compiled: all of it" in value_and_grad(triangles, jit=True).explain(x)
