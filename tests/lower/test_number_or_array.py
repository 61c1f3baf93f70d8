"""Names that hold a number on one path and an array on another, in compiled code.

Each program is differentiated in both forms, with the loop nests run as Python.  Those marked as whole are compiled without a seam: there
a number may be spread over an array.  In the others it matters which it is.
"""

from __future__ import annotations

import numba
import numpy as np
import pytest

from lower.comparing import assert_whole, compare

LENGTHS = (1, 2, 3, 9)


def sides(x):
    """No flux at one end, given as a number."""
    u = np.outer(x, np.cos(x))
    total = np.zeros(len(x))
    for k in range(len(x)):
        if k == 0:
            lower = 0.0
        else:
            lower = 0.5 * u[:, k - 1]
        total[:] = total * 0.9 + u[:, k] - lower * u[:, k]
    return np.sum(total**2)


def active_number(x):
    """The number has a derivative: the sum of what its entries have."""
    u = np.outer(x, np.sin(x) + 1.5)
    rate = x[0] * x[-1]
    y = x * 1.0
    for k in range(len(x)):
        weight = rate * 2.0 if k % 2 == 0 else u[k] * rate
        y = y + weight * u[:, k]
    return np.sum(y * y)


def quotient(x):
    """What is computed of it is a number or an array, too."""
    y = np.zeros(len(x))
    for k in range(4):
        if k < 2:
            scale = 2.0 + x[0] ** 2
            shift = x[-1]
        else:
            scale = 2.0 + x * x
            shift = np.exp(-x)
        factor = shift / scale + np.tanh(shift)
        y = y + factor * (x + k)
    return np.sum(y**2) + np.sum(np.sin(y))


def stored(x):
    """It is stored into a row."""
    table = np.zeros((4, len(x)))
    for k in range(4):
        row = x[0] * 3.0 if k == 1 else x * (k + 1.0)
        table[k] = row
    return np.sum(table * table * table)


def in_nested_branches(x):
    y = x * 0.0
    for k in range(5):
        if k == 0:
            a = 1.0
        elif k == 4:
            a = x[-1]
        else:
            a = np.cos(x) * k
        y += a * x
    return np.sum(y**2)


def total_of_it(x):
    """A sum over a number is that number, and not one per entry."""
    total = 0.0
    for k in range(3):
        part = x[0] if k == 0 else x * k
        total += np.sum(part * part)
    return total


def how_many(x):
    total = 0.0
    for k in range(3):
        part = x[0] if k == 0 else x * k
        total += np.size(part) * x[-1] + np.sum(x * part)
    return total


def added_up(x):
    """A sum that begins with a number."""
    total = 0.0
    for k in range(len(x) - 1):
        total = total + x[k] * x
    return np.sum(total * total + 1.0)


def first_of_it(x):
    total = 0.0
    for k in range(3):
        part = x[0] * 2.0 if k == 0 else x * k
        total += np.max(part)
    return total


def larger_than_both(x):
    """The array is spread over a matrix."""
    m = np.outer(x, x)
    y = np.zeros(m.shape)
    for k in range(3):
        part = 1.5 * x[0] if k == 1 else x * (k + 1.0)
        y = y * 0.5 + part * m
    return np.sum(y * np.cos(y))


WHOLE = (sides, active_number, quotient, stored, in_nested_branches, larger_than_both)
OTHERS = (total_of_it, how_many, added_up, first_of_it)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("program", [*WHOLE, *OTHERS], ids=lambda program: program.__name__)
def test_loop_nests_compute_what_numpy_does(program, length, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    compare(program, np.random.default_rng(length).uniform(-1.0, 1.0, size=length), jit="auto")


@pytest.mark.parametrize("program", WHOLE, ids=lambda program: program.__name__)
def test_these_are_lowered_whole(program, monkeypatch):
    assert_whole(program, 9, monkeypatch)


@pytest.mark.parametrize("program", [sides, active_number, quotient], ids=lambda program: program.__name__)
def test_compiled_they_do_so_too(program):
    for length in (9, 3):
        compare(program, np.random.default_rng(length).uniform(-1.0, 1.0, size=length), jit=True)
