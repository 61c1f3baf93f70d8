"""Axes that stand in the program as lists, in compiled code."""

from __future__ import annotations

import numpy as np
import pytest

from lower.comparing import assert_whole, compare, compare_nests


def over_both(x):
    a = np.outer(x, np.sin(x))
    return np.tensordot(a, a * x, axes=([0, 1], [0, 1])) ** 2


def strided_layer(x):
    """A layer of a network, window by window."""
    image = np.stack([np.outer(x, x), np.outer(np.cos(x), x)])
    weights = np.stack([image[:, :2, :2], 0.5 * image[:, -2:, -2:]])
    rows = (len(x) - 2) // 2 + 1
    out = np.zeros((2, rows, rows))
    for i in range(rows):
        for j in range(rows):
            out[:, i, j] = np.tensordot(weights, image[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2], axes=([1, 2, 3], [0, 1, 2]))
    return np.sum(np.maximum(out, 0.1 * out))


PROGRAMS = [over_both, strided_layer]


@pytest.mark.parametrize("length", [2, 3, 6])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_loop_nests_give_what_numpy_gives(program, length, monkeypatch):
    compare_nests(program, length, monkeypatch)


def test_a_product_over_pairs_of_axes_is_lowered_whole(monkeypatch):
    assert_whole(over_both, 6, monkeypatch)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_compiled(program):
    compare(program, np.random.default_rng(5).normal(size=5), jit="auto")
