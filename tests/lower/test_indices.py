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


def rows_in_turn(x):
    """Rows change places, one of them with itself; what a list names twice has the later value."""
    a = np.outer(x, np.sin(x))
    for k in range(len(x)):
        a[[k, len(x) - 1]] = a[[len(x) - 1, k]] * x[k]
        a[[k, 0, k]] = np.outer(x[:3], x)
    return np.sum(a**2)


def places_again(x):
    """An array of places beside slices, in front of one, behind one, and on both sides of one, with places named twice."""
    n = len(x)
    places = np.array([0, 1, 0, n - 1, 1])
    a = np.outer(x, np.sin(x))
    a[1:, places] = np.outer(x[1:], np.cos(x[places]))
    a[places, :-1] = np.outer(x[places] ** 3, x[1:])
    b = np.zeros((n, 2, n)) + x
    b[places, :, places] = np.outer(x[places], x[:2]) * x[0]
    b[:, [1, 0, 1]] = np.ones((n, 3, n)) * np.sin(x)
    b[places, 1] += x
    return np.sum(a**2) + np.sum(b**2)


PROGRAMS = [rows_in_turn, places_again, diagonals, triangles, not_zero, pairs_of_places]


@pytest.mark.parametrize("length", [0, 1, 2, 5])
@pytest.mark.parametrize("program", PROGRAMS)
def test_indices_as_loop_nests(program, length, monkeypatch):
    compare_nests(program, length, monkeypatch)


def test_they_are_compiled_as_a_whole():
    x = np.random.default_rng(3).normal(size=5)
    compare(lambda x: diagonals(x) + triangles(x) + not_zero(x) + pairs_of_places(x), x, jit=True)
    assert "compiled: all of it" in value_and_grad(triangles, jit=True).explain(x)
