"""Entries that a mask names, in compiled code: computed where they are, and one after the other where their order matters."""

from __future__ import annotations

import numpy as np
import pytest

from lower.comparing import assert_whole, compare_nests
from s2s import value_and_grad
from s2s.testing import check_grads


def stored(x):
    z = x.copy()
    for _ in range(3):
        m = np.abs(z) < 1.5
        z[m] = np.exp(z[m]) * x[m] - 0.3
    return np.sum(z**2)


def stored_cheaply(x):
    z, count = x * 1.1, np.zeros(len(x), dtype=int)
    for k in range(3):
        m = z < 0.7
        z[m] = z[m] ** 2 + x[m]
        count[m] = k
    return np.sum(z / (1 + count))


def added(x):
    z = np.sin(x)
    z[x > 0] += x[x > 0] ** 3
    z[x < 0.5] *= np.sqrt(1.0 + z[x < 0.5] ** 2)
    return np.sum(z**2)


def from_elsewhere(x):
    z, m = np.sin(x), x > -0.2
    z[m] = z[::-1][m] * z[m]
    return np.sum(z * x)


def read_before_it_changes(x):
    z, m = np.cos(x), x > 0
    old = z[m]
    z[m] = 0.5 * x[m]
    z[~m] = 2.0
    return np.sum(old * z[m]) + np.sum(z**2)


def mask_that_changes(x):
    m = x > 0
    chosen = np.exp(x[m])
    m[0] = not m[0]
    return np.sum(chosen**2) + np.sum(x[m] ** 3)


def rows_of_a_matrix(x):
    a = np.outer(x, x[:3] if len(x) > 2 else x)
    m = x > 0
    a[m] = np.tanh(a[m]) * 2.0
    a[m, 0] = x[m] ** 2
    a[0, a[0] > 0.1] *= 3.0
    return np.sum(a**2)


def entries_of_a_matrix(x):
    a = np.outer(x, np.cos(x))
    inside = np.abs(a) < 0.6
    a[inside] = a[inside] ** 2 + 1.0 / (1.0 + a[inside] ** 2)
    return np.sum(a) + np.sum(a[inside]) + np.mean(a[a > -9.0])


def beside_slices(x):
    a = np.ones((2, len(x), 4)) * x[None, :, None] + np.arange(4.0)
    m = x > 0
    a[1, m, 1:3] = np.sin(a[0, m, ::2])
    a[0, m, 3] = a[1, m, 2] * 2.0
    return np.sum(a**2)


def two_masks_in_turn(x):
    z = x * 1.0
    low, high = x < 0, x > 0.5
    z[low] = z[high].sum() * x[low]
    z[high] = np.max(z[~high]) if np.any(~high) else 0.0
    return np.sum(z**3)


def one_after_the_other(x):
    picked = x[x > 0]
    return np.sum(np.cumsum(picked) ** 2) + np.sum(picked[1:] * picked[:-1]) + np.sum(picked[:, None] * picked)


def with_its_number_of_entries(x):
    picked = np.sqrt(x[x > -1] + 2.0)
    w = np.arange(1.0, len(picked) + 1.0)
    return np.sum(picked * w) + np.dot(picked, w)


def complex_numbers(x):
    z = np.zeros(len(x), dtype=complex)
    c = x + 1j * x[::-1]
    for _ in range(4):
        m = np.abs(z) < 2
        z[m] = z[m] ** 2 + c[m]
    return np.sum(np.abs(z)) + np.sum(z.real * z.imag)


def what_was_not_chosen(x):
    z = np.zeros_like(x)
    z[x > 0] = np.log(x[x > 0]) / x[x > 0]
    z[x > 0] += np.sqrt(x[x > 0])
    return np.sum(z)


def in_records(x):
    total = 0.0
    rows = []
    for k in range(3):
        y = np.exp(-k * x)
        y[y > 1] = 1.0 / y[y > 1]
        rows.append(y[x > 0])
        total += np.sum(rows[-1] * y[x > 0])
    return total + np.sum(rows[0])


PROGRAMS = [
    stored, stored_cheaply, added, from_elsewhere, read_before_it_changes, mask_that_changes, rows_of_a_matrix, entries_of_a_matrix,
    beside_slices, two_masks_in_turn, one_after_the_other, with_its_number_of_entries, complex_numbers, what_was_not_chosen, in_records,
]  # fmt: skip


@pytest.mark.parametrize("length", [1, 3, 12])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_masks_in_loop_nests_are_what_they_are_in_numpy(program, length, monkeypatch):
    compare_nests(program, length, monkeypatch)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_their_derivatives_are_those_of_central_differences(program):
    check_grads(program, (np.random.default_rng(1).normal(size=9),), order=1)


@pytest.mark.parametrize("program", [stored_cheaply, added, complex_numbers, what_was_not_chosen], ids=lambda program: program.__name__)
def test_places_are_not_put_down_where_the_entries_stay_where_they_are(program, monkeypatch):
    assert_whole(program, 9, monkeypatch)
    text = value_and_grad(program, jit="auto").source(np.ones(9), lowered=True)
    assert "at = " not in text, text


@pytest.mark.parametrize("program", [stored, complex_numbers, what_was_not_chosen], ids=lambda program: program.__name__)
def test_compiled(program):
    x = np.random.default_rng(5).normal(size=20)
    found, expected = (value_and_grad(program, jit=jit)(x) for jit in (True, False))
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-12)
    np.testing.assert_allclose(found[1], expected[1], rtol=1e-11, atol=1e-13)


def test_single_precision_stays():
    x = np.random.default_rng(5).normal(size=20).astype(np.float32)
    _, gradient = value_and_grad(stored_cheaply, jit=True)(x)
    expected = value_and_grad(stored_cheaply, jit=False)(x)
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient, expected[1], rtol=1e-4)


def windows(x):
    total = 0.0
    for i in range(len(x)):
        window = x[max(0, i - 1) : min(len(x), i + 2)]
        w = np.exp(-((window - x[i]) ** 2))
        total += np.sum(w * window) / np.sum(w)
    return total


@pytest.mark.parametrize("program", [stored, added, windows], ids=lambda program: program.__name__)
def test_what_was_recorded_is_as_long_as_what_is_computed_again(program):
    x = np.random.default_rng(2).normal(size=9)
    check_grads(program, (x,), order=1)
    assert "sum_to" not in value_and_grad(program, jit=False).source(x)
    assert "common_length" not in value_and_grad(program, jit="auto").source(x, lowered=True)
