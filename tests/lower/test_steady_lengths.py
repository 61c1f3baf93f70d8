"""Lengths that loops carry: those that stay as they begin, which the loop nests know, and those that do not."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from lower.comparing import compare
from s2s import value_and_grad


def step_of_three(y):
    """What is added has three entries, and so has y."""
    total = 0.0
    for _ in range(4):
        new = y.copy()
        for _ in range(10):
            step = np.array([new[1] - 0.5 * new[0], new[0] * new[2], 0.1]) * 0.2
            new += step
            if np.sum(step) < 0.01:
                break
        y = new
        total += y[1] ** 2
    return y @ np.array([1.0, 2.0, 3.0]) + total


def longer_each_time(y):
    total = 0.0
    for _ in range(3):
        y = np.concatenate([y, y[:1] * y[1]])
        total += np.sum(y**2)
    return total


def shorter_each_time(y):
    total = 0.0
    while len(y) > 1:
        y = np.sin(y[1:] * y[:-1])
        total += y[0]
    return total


def shorter_once(y):
    """The first iteration leaves the length as it is, the second one does not."""
    z, total = y * 2.0, 0.0
    for i in range(3):
        if i == 1:
            z = z[1:]
        total += np.sum(z * z)
    return total


def two_by_turns(y):
    """Both lengths stay, each with the other array."""
    a, b, total = y * 2.0, np.concatenate([y, y]), 0.0
    for _ in range(3):
        a, b = b, a
        total += np.sum(a * a) * a[0]
    return total + np.sum(b)


def chosen_by_a_mask(y):
    """How many are chosen is known when the program runs."""
    z, total = y * 1.0, 0.0
    for _ in range(2):
        z = z[z > 0.5] * 1.5
        total += np.sum(z**2)
    return total


def from_nothing(y):
    """The name has no value before the first iteration."""
    total = 0.0
    for i in range(1, 4):
        if i > 1:
            total += np.sum(kept)  # noqa: F821
        kept = y[: i + 1] * i
    return total + np.sum(kept)


def kept_in_a_list(y):
    rows, z = [], y * 1.0
    for i in range(3):
        rows.append(z * i)
        z = np.array([z[1], z[2], z[0]]) * z
    total = 0.0
    for row in rows:
        total += np.sum(row * row)
    return total


STEADY = (step_of_three, kept_in_a_list)
OTHERS = (longer_each_time, shorter_each_time, shorter_once, two_by_turns, chosen_by_a_mask, from_nothing)


@pytest.mark.parametrize("program", [*STEADY, *OTHERS], ids=lambda program: program.__name__)
def test_values(program, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    compare(program, np.array([0.9, 0.7, 0.6]), jit="auto")


@pytest.mark.parametrize("program", [step_of_three, shorter_each_time, shorter_once, two_by_turns], ids=lambda program: program.__name__)
def test_compiled(program):
    compare(program, np.array([0.9, 0.7, 0.6]), jit=True)


@pytest.mark.parametrize("program", STEADY, ids=lambda program: program.__name__)
def test_no_length_is_asked_for(program):
    text = value_and_grad(program).source(np.array([0.9, 0.7, 0.6]), lowered=True)
    assert "could not be broadcast" not in text
