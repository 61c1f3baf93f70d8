"""Indices that go around at the ends of a row: values and gradients are those of NumPy code, at lengths from 0 on."""

from __future__ import annotations

import numpy as np
import pytest

from lower.comparing import compare, compare_nests
from s2s import value_and_grad

LENGTHS = (0, 1, 2, 3, 5, 9)


def ring(x):
    """What is rolled both ways, again and again."""
    for _ in range(3):
        x = x + 0.2 * (np.roll(x, 1) - 2 * x + np.roll(x, -1)) ** 2
    return np.sum(np.sin(x))


def torus(x):
    a = np.outer(x, x + 1.0)
    for _ in range(2):
        a = a * np.roll(a, 1, axis=0) - np.roll(a, -1, axis=0) + np.roll(a, 2, axis=1) * np.roll(a, -3, axis=1)
    return np.sum(np.cos(a))


def neighbours(x):
    """By the remainder, and from behind."""
    n = len(x)
    y = np.zeros(n)
    for i in range(n):
        y[i] = (x[(i + 1) % n] - x[i - 2]) * x[i - 1] - x[i]
    return np.sum(y**3)


def backwards(x):
    n = len(x)
    y = np.zeros(n)
    for i in range(n - 1, -1, -1):
        y[i] = x[(i + 2) % n] * x[(i - 1) % n]
    return np.sum(np.sin(y))


def spread(x):
    """Additions that go around, those of one value to two arrays among them."""
    n = len(x)
    y, z = np.zeros(n), np.ones(n)
    for i in range(n):
        t = x[i] ** 2
        y[(i + 1) % n] += t
        y[(i - 2) % n] += 3.0 * t
        y[i] -= x[i]
        z[(i - 1) % n] += t
    return np.sum(np.sin(y) * z)


def spread_and_beyond(x):
    """One value goes around in one array, and beyond the ends of another one."""
    n = len(x)
    y, z = np.zeros(n), np.zeros(n + 2)
    for i in range(n):
        t = np.sin(x[i])
        y[(i + 1) % n] += t
        z[i] += t
        z[i + 2] += 2.0 * t
    return np.sum(y**2) + np.sum(z**3)


def rows_around(x):
    """The rows go around, too: the last one adds to the first."""
    n = len(x)
    a = np.outer(x, x)
    e = 0.0
    for i in range(n):
        for j in range(n):
            e -= a[i, j] * (a[(i + 1) % n, j] + a[i, (j + 1) % n])
            e -= x[j] * a[i, j]
    return e


def in_place(x):
    """Each iteration reads what the one before it stored; the last one goes around to what the first one stored."""
    n = len(x)
    y = x.copy()
    for i in range(n):
        y[i] = 0.5 * (y[i - 1] + y[(i + 1) % n])
    return np.sum(y**2)


def another_row(x):
    """What is read around changes with each row."""
    n = len(x)
    a = np.outer(x, np.cos(x))
    for i in range(1, n):
        for j in range(n):
            a[i, j] += a[i - 1, (j - 1) % n] * a[i - 1, (j + 1) % n]
    return np.sum(np.sin(a))


def half_around(x):
    """The remainder is by another length than that of the loop."""
    n = len(x)
    s = 0.0
    for i in range(n // 2):
        s += x[(i + 1) % n] * x[(i - 1) % n]
    return s


def twice_around(x):
    """Far beyond the end: a remainder in earnest."""
    n = len(x)
    s = 0.0
    for i in range(n):
        s += x[(3 * i + 1) % n] ** 2 * x[(i - 7) % n]
    return s


def whole_numbers(x):
    """A number that goes around and is no index."""
    n = len(x)
    s = 0.0
    for i in range(n):
        s += ((i + 1) % n) * x[i] ** 2
    return s


def with_a_choice(x):
    n = len(x)
    y = np.zeros(n)
    for i in range(n):
        if x[i] > 0:
            y[i] = x[(i + 1) % n]
        else:
            y[i] = x[i - 1] ** 2
    return np.sum(np.exp(y))


PROGRAMS = [
    ring, torus, neighbours, backwards, spread, spread_and_beyond, rows_around, in_place, another_row, half_around, twice_around,
    whole_numbers, with_a_choice,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
@pytest.mark.parametrize("length", LENGTHS)
def test_loop_nests_compute_what_numpy_does(program, length, monkeypatch):
    compare_nests(program, length, monkeypatch)


@pytest.mark.parametrize("program", [ring, neighbours, spread, rows_around, in_place], ids=lambda program: program.__name__)
def test_compiled_they_do_so_too(program):
    compare(program, np.random.default_rng(1).normal(size=11), jit=True)


def text_of(program):
    """The loop nests, without what stands above them for the reader."""
    text = value_and_grad(program, jit=True).source(np.ones(9), lowered=True)
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


@pytest.mark.parametrize("program", [ring, torus, neighbours, backwards, spread, rows_around], ids=lambda program: program.__name__)
def test_there_is_no_remainder(program):
    text = text_of(program)
    assert "%" not in text
    assert "place(" not in text


@pytest.mark.parametrize("program", [ring, neighbours, backwards, spread], ids=lambda program: program.__name__)
def test_inner_loops_read_rows(program):
    assert "around(" not in text_of(program)


def taken_away(x):
    """A term in each iteration is taken from a number that is read behind the loop only."""
    s = 5.0
    for i in range(len(x)):
        s -= x[i] ** 2 - np.cos(x[i])
    return s**2


def compensated(x):
    """What is lost in each sum is taken from the next term: the order is all there is to it."""
    s, lost = 1.0, 0.0
    for i in range(len(x)):
        term = x[i] - lost
        total = s + term
        lost = (total - s) - term
        s = total
    return s


def test_what_is_taken_from_a_number_is_added_up_in_any_order_too():
    compare(taken_away, np.random.default_rng(2).normal(size=37), jit=True)
    assert "plus(" in text_of(taken_away)


def test_a_compensated_sum_stays_as_it_is():
    x = np.full(1000, 1e-17)
    assert "plus" not in text_of(compensated)
    assert value_and_grad(compensated, jit=True)(x)[0] == value_and_grad(compensated, jit=False)(x)[0] != 1.0
