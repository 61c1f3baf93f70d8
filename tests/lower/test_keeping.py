"""Arrays that an iteration makes and records: those that are made in the record, and those that are needed beside it."""

from __future__ import annotations

import numpy as np
import pytest

from lower.comparing import compare, compare_nests
from s2s import value_and_grad

LENGTHS = (0, 1, 2, 3, 9, 17)


def copied_first(x):
    """A state is copied, and the next one is computed from the copy."""
    u = x.copy()
    for _ in range(3):
        un = u.copy()
        u[1:-1] = un[1:-1] - 0.3 * un[1:-1] * (un[1:-1] - un[:-2])
    return np.sum(u**2)


def filled_first(x):
    u = x.copy()
    for _ in range(3):
        s = np.sin(u)
        t = s * u + np.roll(s, 1)
        u = u + 0.1 * t * s
    return np.sum(u * u)


def filled_by_rows(x):
    """What is recorded is a sum over another axis."""
    a, u = np.outer(x, x + 1.0), x * 1.0
    for _ in range(2):
        s = np.sum(np.tanh(a * u), axis=1)
        u = u + 0.1 * s * s[::-1]
    return np.sum(u * u)


def changed_afterwards(x):
    """What was recorded is changed in the same iteration."""
    u = x.copy()
    for _ in range(3):
        un = u.copy()
        u = u + 0.1 * un * un
        un[1:] = un[:-1] * u[1:]
        u = u + 0.1 * un * un
    return np.sum(u * u)


def carried_on(x):
    """What an iteration makes is what the next one begins with."""
    u, s = x.copy(), x * 0.5
    for _ in range(3):
        t = np.sin(u) * s
        u = u + t * t
        s = t
    return np.sum(u * s)


def recorded_twice(x):
    u, kept = x.copy(), []
    for _ in range(3):
        un = u.copy()
        kept.append(un)
        u = u * np.sin(un) + un * un
    return np.sum(u) + np.sum(kept[0] * kept[-1])


def source_changes_at_once(x):
    """The array that is copied is stored into before the copy is read."""
    u = x.copy()
    for _ in range(3):
        un = u.copy()
        u[:1] = 2.0
        u = u + 0.1 * un * un * np.sum(un)
    return np.sum(u * u)


def by_a_product(x):
    """The copy is handed to BLAS."""
    a, u = np.outer(x, 0.1 + x), x * 1.0
    for _ in range(3):
        un = np.sin(u)
        u = a @ un + un * un
    return np.sum(u * u)


def in_a_branch(x):
    u = x.copy()
    for k in range(4):
        un = u.copy()
        if k % 2:
            u = u + 0.1 * un * un
        else:
            u = u - 0.2 * un**3
    return np.sum(u * u)


def any_number_of_times(x):
    u, steps = x.copy(), 0
    while np.sum(u * u) > 0.1 and steps < 5:
        un = u.copy()
        u = 0.5 * u - 0.1 * un * un
        steps += 1
    return np.sum(u * u) + np.sum(u)


def downwards(x):
    """The rows are filled from the last index to the first."""
    u = x.copy()
    for k in range(5, 1, -1):
        un = u.copy()
        u = u + 0.01 * k * un * un
    return np.sum(u * u)


def entry_by_entry(x):
    """Each entry is made of the one before it, and read again where all are there."""
    u, n = x.copy(), len(x)
    for _ in range(2):
        s = np.zeros(n)
        for i in range(1, n):
            s[i] = np.sin(s[i - 1] + u[i])
        for i in range(n):
            u[i] = u[i] + s[i] * s[n - 1 - i]
    return np.sum(u * u)


IN_THE_RECORD = (copied_first, in_a_branch, downwards)
ALL = (
    *IN_THE_RECORD, filled_first, filled_by_rows, changed_afterwards, carried_on, recorded_twice, source_changes_at_once, by_a_product,
    any_number_of_times, entry_by_entry,
)  # fmt: skip


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("program", ALL, ids=lambda program: program.__name__)
def test_values(program, length, monkeypatch):
    compare_nests(program, length, monkeypatch)


@pytest.mark.parametrize("program", [copied_first, filled_first, entry_by_entry, any_number_of_times], ids=lambda program: program.__name__)
def test_compiled(program):
    compare(program, np.random.default_rng(5).normal(size=9), jit=True)


@pytest.mark.parametrize("program", IN_THE_RECORD, ids=lambda program: program.__name__)
def test_no_copy_beside_the_record(program):
    text = value_and_grad(program).source(np.ones(9), lowered=True).split("# return")[0]
    assert "un_saved[" in text
    assert "\n        un = " not in text
    assert " un[" not in text
