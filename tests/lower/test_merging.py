"""What a loop carries twice: counters and arrays that stay the same, and those that only begin the same."""

from __future__ import annotations

import re

import numpy as np
import pytest

from lower.comparing import compare, compare_nests
from s2s import value_and_grad

LENGTHS = (0, 1, 2, 3, 9, 17)


def halved_until_small(x):
    """Several values are recorded in each iteration of a loop that runs any number of times."""
    total = 0.0
    for v in x:
        t = np.abs(v) + 1.0
        while t > 0.1:
            s = np.sin(t)
            total += np.exp(s) * np.cos(t * s)
            t = 0.4 * t * (1.0 + 0.1 * s)
    return total


def three_counters(x):
    """Two of them go up together, the third one does not always."""
    i, j, k, total = 0, 0, 0, 0.0
    while i < len(x):
        total += x[i] * x[j] ** 2 * np.sin(x[k])
        i = i + 1
        j = j + 1
        if total < 1.0:
            k = k + 1
    return total


def by_turns(x):
    """Both begin as 0.5, and change places."""
    a, b, total = 0.5, 0.5, 0.0
    for v in x:
        a, b = b * v, a
        total += np.sin(a) + 2.0 * b
    return total


def parted_late(x):
    """They are the same in two iterations."""
    a, b, total = 1.0, 1.0, 0.0
    for i in range(len(x)):
        a = a * x[i]
        if i < 2:
            b = b * x[i]
        total += a * np.sin(b)
    return total


def whole_and_real(x):
    k, s, total = 0, 0.0, 0.0
    for v in x:
        total += v * s + k
        k = k + 1
        s = s + 1
    return total * (k // 2)


def equal_arrays(x):
    """Two arrays with the same entries, and one that has another in one place."""
    n = len(x)
    a, b, c = np.zeros(n), np.zeros(n), np.zeros(n)
    for i in range(n):
        a[i] = x[i] * 2.0
        b[i] = x[i] * 2.0
        c[i] = x[i] * 2.0
        if i == 1:
            c[i] = x[i] ** 2
    a[:1] = 3.0
    return np.sum(a * b * c)


def inner_counters(x):
    """The inner loop begins both of them anew, one of them from another number in the second half."""
    total = 0.0
    for i in range(len(x)):
        j, k = 0, 0
        if i > len(x) // 2:
            k = 1
        while j < 3:
            total += x[j % len(x)] * np.sin(x[k % len(x)] * total)
            j += 1
            k += 1
    return total


def from_one_another(x):
    """What each becomes is made of the other one: they stay the same."""
    a, b, total = 0.3, 0.3, 0.0
    for v in x:
        a, b = np.sin(b) * v, np.sin(a) * v
        total += a * b
    return total


ALL = (
    halved_until_small, three_counters, by_turns, parted_late, whole_and_real, equal_arrays, inner_counters, from_one_another,
)  # fmt: skip


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("program", ALL, ids=lambda program: program.__name__)
def test_values(program, length, monkeypatch):
    compare_nests(program, length, monkeypatch)


@pytest.mark.parametrize("program", [halved_until_small, three_counters, equal_arrays], ids=lambda program: program.__name__)
def test_compiled(program):
    compare(program, np.random.default_rng(5).normal(size=9), jit=True)


def test_records_of_one_loop_have_one_count():
    text = value_and_grad(halved_until_small).source(np.ones(9), lowered=True)
    assert len(set(re.findall(r"(\w+)_saved\[", text))) > 1
    assert len(set(re.findall(r"\w+_count\w* \+ 1|\w+_count\w* \+= 1", text))) == 1
