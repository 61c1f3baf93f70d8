"""Items of a list have lengths of their own: what is known of one says nothing of another, and they broadcast.

Each program is read as NumPy code and as loop nests.
"""

from __future__ import annotations

from functools import reduce

import numba
import numpy as np
import pytest

from s2s import grad, value_and_grad
from s2s.testing import check_grads
from s2s_runtime import tree

RNG = np.random.default_rng(0)
X = np.array([0.5, 1.2, 0.7, 0.9])
VECTORS = [RNG.normal(size=n) for n in (1, 4, 4, 1)]
PAIRS = [(RNG.normal(size=1), RNG.normal(size=4)), (RNG.normal(size=4), RNG.normal(size=1))]


def product(x, items):
    return np.sum(items[0] * items[1] * x[0])


def summed(x, items):
    total = 0.0
    for item in items:
        total = total + item
    return np.sum(total * total) * x[0]


def shape_of_another(x, items):
    return np.sum(items[0] * np.ones(items[1].shape) + items[1]) * x[0]


def neighbours(x, items):
    total = 0.0
    for i in range(len(items) - 1):
        total = total + np.sum(items[i] * items[i + 1] * x[0])
    return total


def appended(x, items):
    out = []
    for item in items:
        out.append(item * 2)
    return np.sum(out[0] * out[1]) * x[0]


def comprehension(x, items):
    out = [item * item for item in items]
    return np.sum(out[0] + out[1]) * x[0]


def lists_in_a_list(x, items):
    pairs = [[item[:1], item] for item in items]
    return np.sum(pairs[0][0] * pairs[0][1] * x[0]) + np.sum(pairs[1][1] * pairs[0][0])


def joined(x, items):
    out = [*items, x]
    return np.sum(out[0] * out[1]) + np.sum(out[-1] * out[0])


def in_order(x, items):
    short, back = sorted(items, key=len), items[::-1]
    return np.sum(back[0] * short[0] * x[0])


def reduced(x, items):
    return np.sum(reduce(lambda a, b: a * b, items)) * x[0]


def growing_rows(x, items):
    rows = [x[:i] for i in range(1, 4)]
    return np.sum(rows[0] * rows[2]) + np.sum(rows[-1] + rows[0]) + items[0][0]


def split(x, items):
    first, *_ = parts = np.array_split(x, 3)
    ends = np.split(x, [1, 2])
    return np.sum(parts[0] * parts[1]) + np.sum(first * parts[2][0]) + np.sum(ends[0] * ends[1] * ends[2]) + items[0][0]


def replaced(x, items):
    rows = [x[:1]] * 3
    rows[len(items) - 3] = x
    return np.sum(rows[0] * rows[1] + rows[2])


def in_pairs(x, pairs):
    for u, v in pairs:
        x = x * np.sum(u * v)
    return np.sum(x)


PROGRAMS = [
    product, summed, shape_of_another, neighbours, appended, comprehension, lists_in_a_list, joined, in_order, reduced, growing_rows,
    split, replaced,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_items_of_a_list_broadcast(program):
    check_grads(program, (X, VECTORS), order=1)


def test_items_of_tuples_in_a_list_broadcast():
    check_grads(in_pairs, (X, PAIRS), order=1)


@pytest.mark.parametrize("program", PROGRAMS)
def test_loop_nests_of_items_of_a_list(program, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    found, expected = (value_and_grad(program, (0, 1), jit=jit)(X, VECTORS) for jit in ("auto", False))
    for one, other in zip(tree.flatten(found)[0], tree.flatten(expected)[0], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def waves(items):
    return np.sum(np.sin(items[0])) + np.sum(np.cos(items[1]))


def test_a_length_of_one_item_is_none_of_the_next():
    """What the first call says of the lengths of one item was taken for those of all."""
    items = [RNG.normal(size=(5, 6)), RNG.normal(size=(4, 9)), RNG.normal(size=(2, 4))]
    found = grad(waves, jit="auto")(items)
    np.testing.assert_allclose(found[0], np.cos(items[0]))
    np.testing.assert_allclose(found[1], -np.sin(items[1]))
    assert np.array_equal(found[2], np.zeros((2, 4)))
