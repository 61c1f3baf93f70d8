"""What is there in each iteration and need not be recorded: lengths, numbers from in front of the loop, what a loop carries and
does not change, constants; and an entry where a row is not needed.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from s2s import grad
from s2s.testing import check_grads

LENGTHS = (1, 2, 3, 6)
FACTORS = np.array([0.5, 1.5, 0.25])


def length_of_what_changes(x):
    w = np.empty((len(x), 2 * len(x)))
    w[:, : len(x)] = np.outer(x, x)
    w[:, len(x) :] = 1.0
    for k in range(len(x)):
        for i in range(len(w)):
            if i != k:
                w[i] -= 0.1 * w[i, k] * w[k]
    return np.sum(np.sin(w))


def root_of_what_is_there(x):
    s, y = 1.0, x * 1.0
    for i in range(len(x)):
        y[i] = x[i] * math.sqrt(len(x)) * np.cbrt(x[0] + 1.0) + s
        s = s + x[i]
    return np.sum(y)


def carried_and_not_changed(x):
    """The loop assigns a name what it has already."""
    a, b, total = x[0], x[-1], 0.0
    for v in x:
        a, b = a, b + v
        total += math.sin(a * v) * v
    return total + b


def factors_from_outside(x):
    u = x.copy()
    for k in range(3):
        u = u + FACTORS[k] * np.sin(u)
    return np.sum(u)


def identity_again(x):
    a = np.outer(x, x)
    for _ in range(2):
        a = np.linalg.inv(np.eye(len(x)) * 2.0 + 0.1 * a * a)
    return np.sum(a)


def not_the_same_each_time(x):
    """The first one is changed in the last iteration only."""
    a, total = x[0], 0.0
    for i in range(len(x)):
        total += np.exp(a * x[i])
        if i == len(x) - 2:
            a = a * x[i]
    return total


def root_of_what_changes(x):
    s, total = 1.0, 0.0
    for v in x:
        total += v * math.sqrt(s) * np.cbrt(s)
        s = s + v * v
    return total


def length_that_changes(x):
    """The array is shorter in each iteration."""
    y, total = x * 1.0, 0.0
    for _ in range(len(x) - 1):
        total += y[0] * y[-1] * len(y)
        y = y[1:] * y[:-1]
    return total


ALL = (
    length_of_what_changes, root_of_what_is_there, carried_and_not_changed, factors_from_outside, identity_again, not_the_same_each_time,
    root_of_what_changes, length_that_changes,
)  # fmt: skip


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("program", ALL, ids=lambda program: program.__name__)
def test_derivatives(program, length):
    check_grads(program, (np.random.default_rng(length).uniform(0.4, 1.2, size=length),))


def source(program):
    return grad(program).source(np.random.default_rng(0).uniform(0.4, 1.2, size=6))


@pytest.mark.parametrize("program", [root_of_what_is_there, carried_and_not_changed], ids=lambda program: program.__name__)
def test_nothing_is_recorded(program):
    assert "_saved" not in source(program)


def test_no_length_is_recorded():
    text = source(length_of_what_changes)
    assert "saved.append(len(" not in text
    assert "np.zeros_like(row)" not in text


def test_no_constant_is_recorded():
    assert "FACTORS_saved" not in source(factors_from_outside)
    assert "a_saved" in source(identity_again)
    assert "t_saved" not in source(identity_again)
    assert "value_saved" not in source(identity_again)
