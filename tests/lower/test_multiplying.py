"""Loops that are products of matrices call a library, and nothing else does: values and gradients are NumPy's, at lengths from 0 on.

The programs of PRODUCTS have three loops that are a product, in the program or in its derivative; those of KEPT look like them.
"""

from __future__ import annotations

import warnings

import numba
import numpy as np
import pytest

from s2s import value_and_grad
from s2s.code import shown
from s2s.kinds import Request
from s2s.lower import missing
from s2s.pipeline import derive
from s2s_runtime import tree

LENGTHS = (0, 1, 2, 3, 5, 9)


# ----------------------------------------------------------------------------------------------------- products, all of them
def entry_by_entry(a):
    n = len(a)
    b, c = np.cos(a), np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            c[i, j] = 0.3 * a[i, j]
            for k in range(n):
                c[i, j] += a[i, k] * b[k, j]
    return np.sum(np.sin(c))


def row_by_row(a):
    """The second factor goes by rows."""
    n = len(a)
    c = np.ones((n, n))
    for i in range(n):
        for k in range(n):
            t = a[i, k]
            for j in range(n):
                c[i, j] += t * a[k, j]
    return np.sum(np.sin(c))


def layer_by_layer(a):
    """One outer product after the other is added."""
    n = len(a)
    b, c = np.sin(a), np.ones((n, n))
    for k in range(n):
        for i in range(n):
            for j in range(n):
                c[i, j] -= a[i, k] * a[k, j] - b[k, i] * a[j, k]
    return np.sum(np.sin(c))


def in_a_number(a):
    n = len(a)
    c = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            s = 0.1
            for k in range(n):
                s += a[k, i] * a[j, k]
            c[i, j] = s * s
    return np.sum(np.sin(c))


def scaled(a):
    """A factor for all, the factor in the sum; the derivative of the factor is a sum over three indices."""
    n = len(a)
    alpha = np.sum(a) / (n + 1.0)
    c = np.cos(a)
    for i in range(n):
        for j in range(n):
            c[i, j] *= alpha
            for k in range(n):
                c[i, j] += alpha * a[i, k] * a[j, k]
    return np.sum(np.sin(c))


def of_what_is_computed(a):
    n = len(a)
    m, c = np.cos(a.sum(axis=0)), np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            for k in range(n):
                c[i, j] += (a[i, k] - m[k]) * (2.0 * a[k, j]) * a[j, k]
    return np.sum(np.sin(c))


def of_the_upper_half(a):
    """Each entry above the diagonal; the derivative multiplies with a triangle."""
    n = len(a)
    c = np.zeros((n, n))
    for i in range(n):
        for j in range(i, n):
            for k in range(n):
                c[i, j] += a[k, i] * a[k, j]
            c[j, i] = c[i, j]
    return np.sum(np.sin(c))


def by_the_lower_half(a):
    """Only what is below the diagonal of one factor is read."""
    n = len(a)
    b, c = a + 1.0, np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            for k in range(i):
                c[i, j] += a[i, k] * b[k, j]
    return np.sum(np.sin(c))


def by_the_upper_half(a):
    """The triangle is the second factor, and begins beside the diagonal."""
    n = len(a)
    c = np.zeros((n, n))
    for k in range(n):
        for j in range(k + 2, n):
            for i in range(n):
                c[i, j] += (1.0 - a[i, k]) * a[k, j]
    return np.sum(np.sin(c))


def of_a_part(a):
    """Loops that go from somewhere to somewhere, down, and meet neighbours of their entries."""
    n = len(a)
    c = np.ones((n, n))
    for i in range(n - 2, 0, -1):
        for j in range(2, n):
            for k in range(1, n - 1):
                c[i - 1, j] += a[i + 1, k] * a[k - 1, j]
    return np.sum(np.sin(c))


def recurrent(a):
    """The same matrix meets one vector after the other: its derivative is a sum of outer products."""
    n = len(a)
    h = np.ones(n)
    for t in range(n):
        after = np.zeros(n)
        for i in range(n):
            for j in range(n):
                after[i] += a[i, j] * h[j]
        h = np.tanh(after)
    return np.sum(h)


def one_of_several(a):
    """The product is a part of a larger array."""
    n = len(a)
    c = np.zeros((2, n, n))
    for i in range(n):
        for j in range(n):
            for k in range(n):
                c[1, i, j] += a[i, k] * a[k, j]
                c[0, j, i] += a[i, k] * a[j, k]
    return np.sum(np.sin(c[0]) * np.cos(c[1]))


# -------------------------------------------------------------------------------------------------------------- no products
def into_itself(a):
    """The factors change while they are multiplied."""
    n = len(a)
    a = a.copy()
    for i in range(n):
        for j in range(n):
            for k in range(n):
                a[i, j] += 0.01 * a[i, k] * a[k, j]
    return np.sum(np.sin(a))


def looked_at(a):
    """What was added so far is read."""
    n = len(a)
    c, s = np.zeros((n, n)), 0.0
    for k in range(n):
        for i in range(n):
            for j in range(n):
                c[i, j] += a[i, k] * a[k, j]
                s += np.sin(c[i, j])
    return s


def of_all_three(a):
    """What is added is no product of two that share one index."""
    n = len(a)
    c = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            for k in range(n):
                c[i, j] += np.tanh(a[i, k] + a[k, j])
    return np.sum(np.sin(c))


def largest(a):
    n = len(a)
    c = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            for k in range(n):
                c[i, j] = max(c[i, j], a[i, k] * a[k, j])
    return np.sum(np.sin(c))


def overwritten(a):
    """A row that is a factor is overwritten behind the loop that reads it."""
    n = len(a)
    a = a.copy()
    for i in range(n):
        row = np.zeros(n)
        for j in range(n):
            for k in range(n):
                row[j] += a[i, k] * a[k, j]
        for j in range(n):
            a[i, j] = np.sin(row[j])
    return np.sum(a)


def chosen(a):
    n = len(a)
    c = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            for k in range(n):
                if a[i, k] > 0.0:
                    c[i, j] += a[i, k] * a[k, j]
    return np.sum(np.sin(c))


PRODUCTS = [
    entry_by_entry, row_by_row, layer_by_layer, in_a_number, scaled, of_what_is_computed, of_the_upper_half, by_the_lower_half,
    by_the_upper_half, of_a_part, recurrent, one_of_several,
]  # fmt: skip
KEPT = [into_itself, looked_at, of_all_three, largest, overwritten, chosen]


def lowered(program, length, dtype=float):
    derived = derive(program, Request("value_and_grad", (0,)), (np.ones((length, length), dtype),))
    variant = shown(derived.functions[0], "", derived.specialised.sizes, missing(derived.functions))
    return "\n".join(source.text for source in variant.sources)


def compare(program, x, rtol=1e-11):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found, expected = (tree.flatten(value_and_grad(program, jit=jit)(x.copy()))[0] for jit in (True, False))
    for one, other in zip(found, expected, strict=True):
        assert np.asarray(one).dtype == np.asarray(other).dtype
        np.testing.assert_allclose(one, other, rtol=rtol, atol=1e-2 * rtol)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("program", [*PRODUCTS, *KEPT], ids=lambda program: program.__name__)
def test_values_and_gradients_are_those_of_the_loops_as_they_stand(program, length, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    compare(program, np.random.default_rng(length).normal(size=(length, length)))


@pytest.mark.parametrize("where", [(0, 0), (2, 4), (4, 2), (5, 5)])
@pytest.mark.parametrize("number", [np.inf, np.nan])
@pytest.mark.parametrize("program", PRODUCTS, ids=lambda program: program.__name__)
def test_infinities_and_nan_go_where_the_loops_take_them(program, number, where, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    x = np.random.default_rng(3).normal(size=(6, 6))
    x[where] = number
    compare(program, x)


@pytest.mark.parametrize("program", PRODUCTS, ids=lambda program: program.__name__)
def test_nothing_is_left_for_three_loops(program):
    assert " @ " in lowered(program, 9)


@pytest.mark.parametrize("program", KEPT, ids=lambda program: program.__name__)
def test_other_loops_stay(program):
    assert " @ " not in lowered(program, 9)


def test_single_precision_stays(monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    for program in (entry_by_entry, scaled, of_the_upper_half):
        assert " @ " in lowered(program, 9, np.float32)
        compare(program, np.random.default_rng(1).normal(size=(9, 9)).astype(np.float32), rtol=1e-4)


def test_compiled_they_are_right_too():
    for program in (scaled, of_the_upper_half, recurrent):
        compare(program, np.random.default_rng(2).normal(size=(17, 17)))
