"""What is known once everything is loops is not asked about: values and gradients stay those of NumPy code."""

from __future__ import annotations

import numpy as np
import pytest

from lower.comparing import compare, compare_nests
from s2s import value_and_grad

LENGTHS = (0, 1, 2, 3, 5, 9)


def chosen(x):
    """The same mask on both sides: as many entries are read as stored."""
    m = x > 0.1
    y = x * 1.5
    y[m] = y[m] ** 2 + x[m]
    return np.sum(np.sin(y))


def chosen_in_a_loop(x):
    y = x.copy()
    for k in range(4):
        m = np.abs(y) < k
        y[m] = y[m] ** 2 + x[m] * k
    return np.sum(y)


def chosen_rows(x):
    """Masks of a matrix and of one axis of it."""
    a = np.outer(x, x)
    a[a < 0] *= 0.5
    a[x > 0] += x
    return np.sum(a**2)


def means_of_what_is_there(x):
    """Nothing, or as many numbers as the mask has."""
    total = 0.0
    for k in range(5):
        found = x[(x > k - 2.0) & (x <= k - 1.0)]
        if found.size > 0:
            total += found.mean() ** 2
    return total


def other_mask(x):
    """Two masks that need not have as many entries: NumPy raises ValueError where they have not."""
    y = x.copy()
    y[x > 0] = x[x < 0]
    return np.sum(y**2)


def one_for_all(x):
    """What one mask finds is stored wherever another one is true, if it is one entry."""
    y = np.zeros(len(x))
    y[:] = x[np.arange(len(x)) == 0] * 2.0
    return np.sum(y * x)


PROGRAMS = [chosen, chosen_in_a_loop, chosen_rows, means_of_what_is_there, other_mask, one_for_all]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
@pytest.mark.parametrize("length", LENGTHS)
def test_loop_nests_compute_what_numpy_does(program, length, monkeypatch):
    compare_nests(program, length, monkeypatch)


@pytest.mark.parametrize("program", [chosen_in_a_loop, chosen_rows], ids=lambda program: program.__name__)
def test_compiled_they_do_so_too(program):
    compare(program, np.random.default_rng(1).normal(size=11), jit=True)


def test_masks_with_other_numbers_of_entries_are_refused_when_the_program_runs():
    with pytest.raises(ValueError, match="broadcast"):
        value_and_grad(other_mask, jit=True)(np.array([1.0, 2.0, 3.0, -1.0, -2.0, 4.0, 5.0, 6.0, 7.0]))


def test_where_a_mask_is_true_is_not_looked_at_again():
    text = value_and_grad(chosen_in_a_loop, jit=True).source(np.ones(9), lowered=True)
    assert "place(" not in text
    assert "broadcast" not in text
    assert "min(" not in text


def checkered(x):
    """Every other entry, from both beginnings: as many on all sides."""
    a = np.outer(x, x + 1.0)
    a[1:-1:2, 1:-1:2] += 0.3 * (a[0:-2:2, 1:-1:2] + a[2::2, 1:-1:2] - a[1:-1:2, 0:-2:2] * a[1:-1:2, 2::2])
    a[2:-1:2, 2:-1:2] -= 0.1 * a[1:-2:2, 2:-1:2] * a[3::2, 2:-1:2]
    return np.sum(np.sin(a))


def ends(x):
    """Slices that may be longer than the array, and ends that may lie before beginnings."""
    y = x.copy()
    y[:4] *= 2.0
    y[-3:] += y[:3].sum()
    y[5:2] = 7.0
    return np.sum(y[2:6] ** 2) + np.sum(y[3:-4]) + np.sum(y[min(4, len(x)) :])


def windows(x):
    """Cut off at both ends of the array."""
    n, r = len(x), 2
    s = 0.0
    for i in range(n):
        window = x[max(0, i - r) : min(n, i + r + 1)]
        s += np.sum(window) * x[i] ** 2
    return s


@pytest.mark.parametrize("program", [checkered, ends, windows], ids=lambda program: program.__name__)
@pytest.mark.parametrize("length", [*LENGTHS, 4, 7, 8, 10, 11, 12])
def test_lengths_of_slices(program, length, monkeypatch):
    compare_nests(program, length, monkeypatch)


def test_one_program_serves_lengths_for_which_slices_are_of_other_lengths():
    gradient = value_and_grad(checkered, jit=True)
    plain = value_and_grad(checkered, jit=False)
    for length in (9, 10, 12, 3, 2, 5, 15):
        x = np.random.default_rng(length).normal(size=length)
        try:
            expected = plain(x)
        except ValueError:
            with pytest.raises(ValueError, match="broadcast"):
                gradient(x)
            continue
        found = gradient(x)
        assert found[0] == pytest.approx(expected[0], rel=1e-12)
        np.testing.assert_allclose(found[1], expected[1], rtol=1e-10, atol=1e-12)


def test_slices_that_are_as_long_as_one_another_are_not_compared():
    text = value_and_grad(checkered, jit=True).source(np.ones(9), lowered=True)
    assert "common_length" not in text.replace("import", "")
    assert "min(" not in text
    assert "broadcast" not in text
