"""Windows whose lengths follow from sums of whole numbers, and arrays made with lengths that are no sums of those of the arguments:
the loop nests give NumPy's values, at lengths from 0 on, also where a window ends behind the array.
"""

from __future__ import annotations

import numpy as np
import pytest

from lower.comparing import compare, compare_nests
from s2s import value_and_grad

LENGTHS = (0, 1, 2, 3, 9, 12, 17)


def pooled(x):
    """The larger of each pair; the last entry of an odd number is left over."""
    y = np.empty([len(x) // 2])
    for j in range(len(x) // 2):
        y[j] = np.max(x[2 * j : 2 * j + 2])
    return np.sum(y * y)


def pooled_backwards(x):
    y = np.zeros((len(x) // 3,))
    for j in range(len(x) // 3 - 1, -1, -1):
        y[j] = np.sum(x[3 * j : 3 * j + 3] ** 2)
    return np.sum(np.sin(y))


def windows_beyond_the_end(x):
    """The last window is shorter: it ends behind the array."""
    y = np.empty(len(x) // 2)
    for j in range(len(x) // 2):
        y[j] = np.sum(x[2 * j : 2 * j + 4] * 0.5)
    return np.sum(y * y)


def windows_of_another_stride(x):
    """The places are halved, and the steps are of three."""
    y = np.empty(len(x) // 2)
    for j in range(len(x) // 2):
        y[j] = np.sum(x[3 * j : 3 * j + 2] ** 2)
    return np.sum(np.sin(y))


def one_too_many(x):
    """There is one window more than fits."""
    y = np.zeros(len(x) // 2 + 1)
    for j in range(len(x) // 2 + 1):
        y[j] = np.sum(x[2 * j : 2 * j + 2])
    return np.sum(y * y)


def sliding(x):
    k = 3
    y = np.zeros(len(x))
    for i in range(len(x) - k + 1):
        y[i] = x[i : i + k] @ np.array([1.0, 2.0, 3.0])
    return np.sum(y**2)


def sliding_from_behind(x):
    """Windows that are counted from the end, down to one that begins at 0."""
    y = np.zeros(len(x))
    for i in range(len(x) - 3, -1, -1):
        y[i] = np.sum(x[i : i + 3] * y[i : i + 3]) + x[i]
    return np.sum(np.sin(y))


def shrinking(x):
    """The array is as long as what is left of the argument."""
    total, n = 0.0, len(x)
    while n > 1:
        y = np.empty(n // 2)
        for j in range(n // 2):
            y[j] = x[2 * j] * x[2 * j + 1]
        total += np.sum(y * y)
        n = n // 2
    return total


ALL = (
    pooled, pooled_backwards, windows_beyond_the_end, windows_of_another_stride, one_too_many, sliding, sliding_from_behind, shrinking,
)  # fmt: skip


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("program", ALL, ids=lambda program: program.__name__)
def test_values(program, length, monkeypatch):
    compare_nests(program, length, monkeypatch)


@pytest.mark.parametrize("length", [9, 12])
@pytest.mark.parametrize("program", [pooled, sliding, windows_beyond_the_end], ids=lambda program: program.__name__)
def test_compiled(program, length):
    compare(program, np.random.default_rng(length).normal(size=length), jit=True)


def test_no_length_is_asked_for_and_no_place_is_checked():
    text = value_and_grad(pooled).source(np.ones(12), lowered=True)
    assert "place(" not in text
    assert "slice_end" not in text
    assert ".shape" not in text.split("raise OtherLengths()")[1]
