"""Reads that an inner loop repeats, recorded in front of it; and those that it does not repeat, or that may fail in front of it."""

from __future__ import annotations

import numpy as np
import pytest

from s2s import grad
from s2s.testing import check_grads

LENGTHS = (1, 2, 3, 5)


def elimination(x):
    """The pivot row is the same for all rows below it; rows change places, so that the end does not have it."""
    n = len(x)
    a = np.outer(x, 1.0 + x) + np.diag(3.0 + x)
    for k in range(n - 1):
        p = k + np.argmax(np.abs(a[k:, k]))
        if p != k:
            a[[k, p]] = a[[p, k]]
        for i in range(k + 1, n):
            a[i, k:] -= a[i, k] / a[k, k] * a[k, k:]
    return np.sum(np.sin(a))


def all_other_rows(x):
    """A branch says that the row is another one."""
    n = len(x)
    w = np.empty((n, 2 * n))
    w[:, :n] = np.outer(x, x) + np.diag(2.0 + x)
    w[:, n:] = np.eye(n)
    for k in range(n):
        w[k] /= w[k, k]
        for i in range(n):
            if i != k:
                w[i] -= w[i, k] * w[k]
    return np.sum(np.sin(w))


def entries_of_a_vector(x):
    n = len(x)
    y = x * 1.0
    for _ in range(2):
        for k in range(n - 1):
            for i in range(k + 1, n):
                y[i] = y[i] + 0.1 * y[i] * y[k]
            y[k] = np.sin(y[k])
    return np.sum(y)


def itself_too(x):
    """The row is changed in the last iteration, which reads it as well."""
    n = len(x)
    a = np.outer(x, 1.0 + x)
    for k in range(n):
        for i in range(n):
            a[i] -= 0.1 * a[i, k] * a[k]
    return np.sum(np.sin(a))


def wrong_branch(x):
    """The row that is changed is this one only."""
    n = len(x)
    a = np.outer(x, 1.0 + x)
    for k in range(n):
        for i in range(n):
            if i == k:
                a[i] -= 0.1 * a[i, k] * a[k]
            else:
                a[k, i] += 0.1 * a[k, i] ** 2
    return np.sum(np.sin(a))


def beyond_the_end(x):
    """The place is not there where the loop has no iteration."""
    n = len(x)
    y, total = x * 1.0, 0.0
    for k in range(n):
        for i in range(k + 1, n):
            y[i - 1] = y[i - 1] * 1.1
            total += y[k + 1 - 1] ** 2 + y[n - 1] * total
    for k in range(n):
        for i in range(n - k - 1):
            y[i] = y[i] + y[i] * y[n - k - 1] * y[i + 1]
    return total * 0.01 + np.sum(y)


def only_sometimes(x):
    """The read is in a branch, and its place is there only then."""
    n = len(x)
    y = x * 1.0
    for k in range(n + 2):
        for i in range(2 if n > 1 else 0):
            if k < n and k > 1:
                y[i] = y[i] * y[k]
    return np.sum(np.sin(y))


def place_that_moves(x):
    """What is counted in the inner loop is not the same place."""
    n = len(x)
    y = x * 1.0
    for k in range(n):
        p = k
        for i in range(k + 1, n):
            y[i] = y[i] + 0.1 * y[i] * y[p]
            p = i
    return np.sum(np.sin(y))


def from_behind(x):
    """Entry -1 is the one that the last iteration stores."""
    n = len(x)
    y = x * 1.0
    for k in range(n):
        for i in range(k, n):
            y[i] = y[i] + 0.1 * y[i] * y[k - 1]
    return np.sum(np.sin(y))


def downwards(x):
    n = len(x)
    y = x * 1.0
    for _ in range(2):
        for k in range(1, n):
            for i in range(k - 1, -1, -1):
                y[i] = y[i] + 0.1 * y[i] * y[k]
    return np.sum(np.sin(y))


def two_deep(x):
    n = len(x)
    a = np.outer(x, 1.0 + x)
    for k in range(n - 1):
        for i in range(k + 1, n):
            for j in range(n):
                a[i, j] = a[i, j] - 0.1 * a[k, j] * a[i, j] * a[k, k]
        a[k] = np.sin(a[k])
    return np.sum(a)


ALL = (
    elimination, all_other_rows, entries_of_a_vector, itself_too, wrong_branch, beyond_the_end, only_sometimes, place_that_moves,
    from_behind, downwards, two_deep,
)  # fmt: skip


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("program", ALL, ids=lambda program: program.__name__)
def test_derivatives(program, length):
    check_grads(program, (np.random.default_rng(length).uniform(0.4, 1.2, size=length),))


def source(program):
    return grad(program).source(np.random.default_rng(0).uniform(0.4, 1.2, size=5))


def test_the_pivot_row_is_recorded_once_for_all_rows():
    text = source(elimination)
    assert "a_saved_k" in text
    assert "        for i in" in text
    inner = text.split("        for i in", 1)[1].split("    # return")[0].split("a_saved", 1)[0]
    assert ".append(a[k, k:]" not in inner


def test_the_other_rows_need_one_number_each():
    text = source(all_other_rows)
    assert "append(w[k].copy())\n        " in text
