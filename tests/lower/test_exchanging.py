"""Loops change places where that is right, and nowhere else: values and gradients are NumPy's, at lengths from 0 on.

The programs of MOVED go through arrays by columns until two loops change places; those of KEPT look like them, and something
that they do depends on the order.
"""

from __future__ import annotations

import numba
import numpy as np
import pytest

from s2s import value_and_grad
from s2s.code import shown
from s2s.kinds import Request
from s2s.lower import exchanging, missing
from s2s.pipeline import derive
from s2s_runtime import tree

LENGTHS = (0, 1, 2, 3, 5, 9)


# ------------------------------------------------------------------------------------------------------ loops that move
def product(a):
    """A sum per entry, in a number: a product of matrices, which a library is called for."""
    n = len(a)
    c = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            s = 0.1
            for k in range(n):
                s += a[i, k] * a[k, j]
            c[i, j] = s
    return np.sum(np.sin(c))


def transposed_times_vector(a):
    """Two sums in one loop, of which one goes by columns."""
    n = len(a)
    x, y = np.zeros(n), np.zeros(n)
    for i in range(n):
        for j in range(n):
            x[i] += a[i, j] * np.cos(j)
            y[i] += a[j, i] * np.sin(j)
    return np.sum(x * y)


def solved(a):
    """A triangular solve, dot by dot."""
    n = len(a)
    x = np.ones(n)
    for j in range(n):
        for k in range(j):
            x[j] -= 0.3 * a[k, j] * x[k]
        x[j] = x[j] / (2.0 + a[j, j] * a[j, j])
    return np.sum(np.cos(x))


def solved_backwards(a):
    """The same from the other end, with steps of -1."""
    n = len(a)
    x = np.ones(n)
    for j in range(n - 1, -1, -1):
        for k in range(n - 1, j, -1):
            x[j] -= 0.3 * a[k, j] * x[k]
        x[j] = x[j] / (2.0 + a[j, j] * a[j, j])
    return np.sum(np.cos(x))


def decomposed(a):
    """An LU decomposition in place."""
    n = len(a)
    a = a + 2.0 * n * np.eye(n)
    for i in range(n):
        for j in range(i):
            for k in range(j):
                a[i, j] -= a[i, k] * a[k, j]
            a[i, j] /= a[j, j]
        for j in range(i, n):
            for k in range(i):
                a[i, j] -= a[i, k] * a[k, j]
    return np.sum(np.cos(a))


def running(a):
    """What each entry is follows from the one above and the one beside it: that is so in both orders."""
    n = len(a)
    for j in range(1, n):
        for i in range(1, n):
            a[i, j] = np.tanh(a[i, j] + 0.5 * a[i - 1, j] + 0.3 * a[i, j - 1])
    return np.sum(a)


def in_a_number(a):
    """A recurrence down each column, in a number."""
    n = len(a)
    total = 0.0
    for j in range(n):
        s = 1.0
        for i in range(n):
            s = np.sin(s) * 0.5 + a[i, j]
        total += s * a[0, j]
    return total


def beside(a):
    """A number that goes on from one column to the next, and sums before the loop and behind it."""
    n = len(a)
    y, s, total = np.zeros(n), 1.0, 0.0
    for j in range(n):
        s = 0.5 * s + a[j, j]
        total += s
        t = np.exp(0.1 * s)
        for i in range(n):
            y[i] += t * a[i, j]
            total += a[i, j]
        total += t
    return np.sum(np.sin(y)) + total


def beyond(a):
    """Triangles that begin behind the diagonal, and end before the last column."""
    n = len(a)
    y, z = np.zeros(n), np.ones(n)
    for j in range(1, n - 1):
        for i in range(j + 2, n - 1):
            y[j] += a[i, j] * a[i, j]
        for i in range(j - 2):
            z[j] += np.sin(a[i, j]) * y[i]
    return np.sum(y * z)


def sliced(a):
    """A decomposition by dot products of slices: two loops in a triangle become one, and it changes places."""
    n = len(a)
    a = a + 2.0 * n * np.eye(n)
    for i in range(n):
        for j in range(i):
            a[i, j] -= a[i, :j] @ a[:j, j]
            a[i, j] /= a[j, j]
        for j in range(i, n):
            a[i, j] -= a[i, :i] @ a[:i, j]
    return np.sum(np.cos(a))


def by_steps(a):
    """Steps other than 1, up and down."""
    n = len(a)
    y = np.zeros(n)
    for j in range(n - 1, -1, -2):
        for i in range(1, n, 3):
            y[j] += a[i, j] * a[i, j] * (1.0 + i)
    return np.sum(np.sin(y))


# ------------------------------------------------------------------------------------------------ loops that depend on it
def askew(a):
    """An entry is made of the one below in the column before: it is still the old one in the other order."""
    n = len(a)
    for j in range(1, n):
        for i in range(n - 1):
            a[i, j] = np.tanh(a[i, j] + a[i + 1, j - 1])
    return np.sum(a)


def askew_upwards(a):
    """The same, upside down and from the last column."""
    n = len(a)
    for j in range(n - 2, -1, -1):
        for i in range(n - 1, 0, -1):
            a[i, j] = np.tanh(a[i, j] + a[i - 1, j + 1])
    return np.sum(a)


def mirrored(a):
    """An entry is made of one in a place that nothing is known of."""
    n = len(a)
    for j in range(1, n):
        for i in range(n):
            a[i, j] = np.sin(a[i, j]) + a[n - 1 - i, j - 1]
    return np.sum(a * a)


def across(a):
    """An entry is made of the one on the other side of the diagonal."""
    n = len(a)
    for j in range(n):
        for i in range(n):
            a[i, j] = 0.5 * a[i, j] + np.sin(a[j, i])
    return np.sum(a * a)


def by_two_names(a):
    """A view of the array, one row further down and one column to the left, is read."""
    n = len(a)
    if n < 2:
        return 0.0
    low = a[1:, :]
    for j in range(1, n):
        for i in range(n - 1):
            a[i, j] = np.tanh(a[i, j] + low[i, j - 1])
    return np.sum(a)


def on_its_side(a):
    """The transpose is stored into, and the array is read."""
    n = len(a)
    side = a.T
    for j in range(1, n):
        for i in range(n):
            side[j, i] = np.tanh(a[i, j - 1]) + a[j - 1, i]
    return np.sum(a * a)


def onwards(a):
    """What stands behind the inner loop is read before it in the next iteration."""
    n = len(a)
    y, b = np.ones(n), np.ones(n + 1)
    for j in range(n):
        t = b[j]
        for i in range(n):
            y[i] += a[i, j] * t
        b[j + 1] += np.sin(y[0])
    return np.sum(y * b[1:])


def into_itself(a):
    """The inner loop adds to what is read before it, now and later."""
    n = len(a)
    v = np.ones(n)
    for j in range(n):
        t = v[j]
        for i in range(n):
            v[i] += 0.1 * a[i, j] * t
    return np.sum(np.sin(v))


def into_the_rest(a):
    """The same below the diagonal only, with a store into what was read."""
    n = len(a)
    v = np.ones(n)
    for j in range(n):
        t = v[j]
        v[j] = 0.5 * t
        for i in range(j + 1, n):
            v[i] += 0.1 * a[i, j] * t
    return np.sum(np.sin(v))


def of_both_corners(a):
    """A triangle whose rows read what other rows have not finished."""
    n = len(a)
    x = np.ones(n)
    for j in range(n):
        for k in range(j):
            x[k] += 0.3 * np.sin(x[j]) * a[k, j]
        x[j] = x[j] + np.cos(x[0])
    return np.sum(np.cos(x))


def largest(a):
    """A number that goes through all iterations, and is no sum."""
    n = len(a)
    s = 1.0
    for j in range(n):
        for i in range(n):
            s = np.tanh(0.9 * s + a[i, j] * (i + 1.0))
    return s


def chosen(a):
    """A store in a branch."""
    n = len(a)
    y = np.zeros(n)
    for j in range(n):
        for i in range(n):
            if a[i, j] > 0.0:
                y[j] = y[j] * 0.5 + a[i, j]
    return np.sum(y * y)


def rows_meet(a):
    """An entry that is read in each iteration, and one of them changes it."""
    n = len(a)
    y = np.zeros(n)
    for i in range(n):
        for j in range(n):
            a[i, j] = a[i, j] + np.sin(a[i, n // 2]) * 0.3
            y[i] += a[i, j] * a[0, j]
    return np.sum(y * y)


def rows_meet_once(a):
    """Sums into two rows, which are one and the same for one of the iterations."""
    n = len(a)
    b = np.ones((n, n))
    for i in range(n):
        for j in range(i + 1):
            t = np.sin(a[i, j])
            for k in range(n):
                b[i, k] += t * a[j, k]
                b[j, k] += t * a[i, k]
    return np.sum(b * b * a)


def one_behind_the_other(a):
    """Two inner loops with the same bounds: the second reads what the first has not stored yet if they are one."""
    n = len(a)
    y, z = np.ones(n + 1), np.zeros(n)
    for j in range(n):
        for k in range(n):
            y[k] += 0.1 * a[k, j]
        for k in range(n):
            z[j] += y[k + 1] * np.sin(a[k, j])
    return np.sum(y[:n] * z)


MOVED = [transposed_times_vector, solved, solved_backwards, decomposed, running, in_a_number, beside, beyond, sliced, by_steps]
KEPT = [
    askew, askew_upwards, mirrored, across, by_two_names, on_its_side, onwards, into_itself, into_the_rest, of_both_corners, largest,
    chosen, rows_meet, rows_meet_once, one_behind_the_other,
]  # fmt: skip


def leaves_of(value):
    return [np.asarray(leaf) for leaf in tree.flatten(value)[0]]


def compare(program, x):
    found, expected = (value_and_grad(program, jit=jit)(x.copy()) for jit in (True, False))
    for one, other in zip(leaves_of(found), leaves_of(expected), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(found[0], program(x.copy()), rtol=1e-11)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("program", [product, *MOVED, *KEPT], ids=lambda program: program.__name__)
def test_values_and_gradients_are_those_of_the_loops_as_they_stand(program, length, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    if program is in_a_number and length == 0:
        pytest.skip("it reads the first row")
    compare(program, np.random.default_rng(length).normal(size=(length, length)))


@pytest.mark.parametrize("program", MOVED, ids=lambda program: program.__name__)
def test_they_change_places(program, monkeypatch):
    done = []
    run = exchanging.Exchange.run
    monkeypatch.setattr(exchanging.Exchange, "run", lambda exchange: done.append(run(exchange)) or done[-1])
    derived = derive(program, Request("value_and_grad", (0,)), (np.ones((9, 9)),))
    shown(derived.functions[0], "", derived.specialised.sizes, missing(derived.functions))
    assert any(done)


def test_compiled_they_are_right_too():
    for program in (decomposed, solved_backwards, rows_meet_once):
        compare(program, np.random.default_rng(2).normal(size=(17, 17)))
