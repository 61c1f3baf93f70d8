"""How often the generated text copies an array before it stores into it: once, however many stores follow."""

from __future__ import annotations

import numpy as np
import pytest

from s2s import grad, value_and_grad
from s2s.testing import check_grads


def three_stores_into_an_argument(x):
    x[0] = 1.0
    x[1] = 2.0 * x[2]
    x[2] = x[0] * x[1]
    return np.sum(x * x)


def stores_behind_a_loop(x):
    for i in range(2):
        x[i] = x[i + 1] * x[i]
    x[0] += 2.0
    x[2] = x[0] ** 2
    return np.sum(x * x)


def stores_into_a_spread_cotangent(x):
    w = np.sin(x)
    a, b = x[0], x[1]
    w[0] = a * b
    w[1] = a + b
    return np.sum(w)


def a_view_is_alive(x):
    x[0] = x[1] * x[2]
    tail = x[1:]
    before = tail * 2.0
    x[1] = 3.0
    return np.sum(tail * x[:2]) + np.sum(before)


def rows_are_turned(x):
    """Rows and columns are read before they are stored into, and the record reads them behind the stores."""
    a = np.outer(x, x) + np.diag(x)
    for p in range(2):
        c, s = np.cos(a[p, p]), np.sin(a[p, p])
        a[p, :], a[p + 1, :] = c * a[p, :] - s * a[p + 1, :], s * a[p, :] + c * a[p + 1, :]
        a[:, p], a[:, p + 1] = c * a[:, p] - s * a[:, p + 1], s * a[:, p] + c * a[:, p + 1]
    return np.sum(a * a[0])


def a_row_is_read_behind_the_store(x):
    a = np.outer(x, x)
    total = 0.0
    for i in range(3):
        row = a[i]
        a[i] = row / row[i]
        total = total + row[0] * a[i, 2]
    return total + np.sum(a)


def an_entry_seen_as_an_array_without_axes(x):
    """What is read of the cotangent is a view of it, which the next statement stores into."""
    entry = x[1, ...]
    for _ in range(3):
        entry /= x[1] ** 2
    return np.sum(x * x)


PROGRAMS = [three_stores_into_an_argument, stores_behind_a_loop, stores_into_a_spread_cotangent, a_view_is_alive]
ROWS = [rows_are_turned, a_row_is_read_behind_the_store]
X = np.array([0.5, 1.5, -2.0])


@pytest.mark.parametrize("program", [*PROGRAMS, *ROWS, an_entry_seen_as_an_array_without_axes])
def test_derivatives_behind_several_stores(program):
    check_grads(program, (X,))


@pytest.mark.parametrize("program", PROGRAMS[:3])
def test_an_array_is_copied_once(program):
    text = value_and_grad(program, jit=False).source(X)
    assert text.count(".copy()") + text.count("np.copy(") == 1


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_argument_stays_as_it_was(program):
    x = X.copy()
    grad(program, jit=False)(x)
    assert np.array_equal(x, X)


@pytest.mark.parametrize("program", ROWS)
def test_a_row_is_copied_and_not_the_matrix(program):
    text = value_and_grad(program, jit=False).source(X)
    assert "a = np.copy(a)" not in text
    assert value_and_grad(program, jit=False)(X)[0] == program(X.copy())
