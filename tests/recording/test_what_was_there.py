"""What a loop reads of an array that it changes, where no store has met it yet: it is read of the array in front of the loop.

Each program is differentiated in both modes, at lengths from 0 on; those that are to record nothing are looked at, and those that
only look as if they could are there to be right.
"""

from __future__ import annotations

import numpy as np
import pytest

from s2s import grad, value_and_grad
from s2s.testing import check_grads

LENGTHS = (0, 1, 2, 3, 6)


def rows_below(x):
    """Each row gets something of the rows below it, which are as they were."""
    b = np.outer(x, 1.0 + x)
    for i in range(len(x)):
        for k in range(i + 1, len(x)):
            for j in range(len(x)):
                b[i, j] += x[k] * b[k, j]
    return np.sum(np.sin(b))


def slices_below(x):
    b = np.outer(x, 1.0 + x)
    for i in range(len(x)):
        b[i] += x[i + 1 :] @ b[i + 1 :]
    return np.sum(np.sin(b))


def scaled_in_triangle(x):
    """What is scaled is met once."""
    c = np.outer(x, 2.0 - x)
    for i in range(len(x)):
        c[i, : i + 1] *= x[0]
    return np.sum(np.cos(c))


def backwards(x):
    y = x * 1.0
    for i in range(len(x) - 1, 0, -1):
        y[i] = y[i] * y[i - 1]
    return np.sum(np.sin(y))


def by_steps(x):
    y = x * 1.0
    for i in range(0, len(x) - 1, 2):
        y[i] = y[i] * y[i + 1]
    return np.sum(np.sin(y))


def behind_a_view(x):
    """The row is stored into by its other name."""
    b = np.outer(x, 1.0 + x)
    for i in range(len(x) - 1):
        row = b[i]
        row += b[i + 1] * x[i]
        row *= 0.5
    return np.sum(np.sin(b))


NOTHING_RECORDED = (rows_below, slices_below, scaled_in_triangle, backwards, by_steps, behind_a_view)


def just_touching(x):
    """The slice begins at the entry that the iteration before this one has stored."""
    y = x * 1.0
    for i in range(1, len(x)):
        y[i] = 0.1 * np.sum(y[i - 1 :] * y[i - 1 :])
    return np.sum(np.sin(y))


def itself_too(x):
    b = np.outer(x, 1.0 + x)
    for i in range(len(x)):
        for k in range(i, len(x)):
            for j in range(len(x)):
                b[i, j] += x[k] * b[k, j] * b[i, j]
    return np.sum(np.sin(b))


def around_the_end(x):
    """The last iteration reads entry -1, which the first one has stored."""
    y = x * 1.0
    for i in range(len(x) - 1, -1, -1):
        y[i] = y[i] * y[i - 1]
    return np.sum(np.sin(y))


def from_behind(x):
    y = x * 1.0
    for i in range(len(x)):
        y[i] = y[i] * y[-1]
    return np.sum(np.sin(y))


def several_sweeps(x):
    """The second sweep finds what the first has stored."""
    y = x * 1.0
    for _ in range(3):
        for i in range(len(x) - 1):
            y[i] = y[i] * y[i + 1]
    return np.sum(np.sin(y))


def changed_behind(x):
    """What is read in front of the loop is stored into behind it, in both senses of the word."""
    y = x * 1.0
    for i in range(len(x) - 1):
        y[i] = y[i] * y[i + 1]
    y *= 2.0
    for i in range(len(x) - 1):
        y[i] = np.sin(y[i] * y[i + 1])
    y[:] = y * y
    return np.sum(y)


def stored_by_slices(x):
    """What is stored grows towards what is read."""
    y = x * 1.0
    for i in range(len(x)):
        y[: i + 1] = y[: i + 1] * y[i]
    return np.sum(np.sin(y))


def in_a_branch(x):
    y = x * 1.0
    for i in range(len(x) - 1):
        if x[i] > 0.0:
            y[i] = y[i] * y[i + 1]
        else:
            y[i + 1] = y[i + 1] * y[i]
    return np.sum(np.sin(y))


def while_it_lasts(x):
    y = x * 1.0
    i = 0
    while i < len(x) - 1:
        y[i] = y[i] * y[i + 1]
        i = i + 1
    return np.sum(np.sin(y))


def until_it_stops(x):
    y = x * 1.0
    for i in range(len(x) - 1):
        y[i] = y[i] * y[i + 1]
        if y[i] > 0.8:
            break
    return np.sum(np.sin(y))


def by_an_index_array(x):
    """The places of the stores are not known."""
    y, order = x * 1.0, np.argsort(x)
    for i in range(len(x) - 1):
        y[order[i]] = y[order[i]] * y[i + 1]
    return np.sum(np.sin(y))


def two_arrays_by_turns(x):
    a, b = x * 1.0, x + 1.0
    for i in range(len(x) - 1):
        a[i] = b[i + 1] * a[i + 1]
        a, b = b, a
    return np.sum(np.sin(a)) + np.sum(np.cos(b))


def read_later_in_the_iteration(x):
    """The store of an iteration comes before its read, through a row and by an entry."""
    b = np.outer(x, 1.0 + x)
    for i in range(len(x) - 1):
        b[i + 1, 0] = b[i + 1, 0] * x[i]
        b[i] = b[i] * b[i + 1]
    return np.sum(np.sin(b))


def columns_and_rows(x):
    """Row i is changed, column i read: they meet in one entry of each earlier iteration."""
    b = np.outer(x, 1.0 + x)
    for i in range(len(x)):
        b[i, :] = b[i, :] * b[:, i]
    return np.sum(np.sin(b))


ALL = (
    *NOTHING_RECORDED, just_touching, itself_too, around_the_end, from_behind, several_sweeps, changed_behind, stored_by_slices,
    in_a_branch, while_it_lasts, until_it_stops, by_an_index_array, two_arrays_by_turns, read_later_in_the_iteration,
    columns_and_rows,
)  # fmt: skip


def argument(length):
    return np.random.default_rng(length).uniform(0.4, 1.2, size=length)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("program", ALL, ids=lambda program: program.__name__)
def test_derivatives(program, length):
    try:
        program(argument(length))
    except IndexError:
        pytest.skip("the program has no value for this length")
    check_grads(program, (argument(length),))


@pytest.mark.parametrize("program", NOTHING_RECORDED, ids=lambda program: program.__name__)
def test_nothing_is_recorded(program):
    assert "_saved" not in grad(program).source(argument(6))


@pytest.mark.parametrize("program", ALL, ids=lambda program: program.__name__)
def test_the_argument_stays(program):
    x = argument(6)
    before = x.copy()
    value, _ = value_and_grad(program)(x)
    assert value == program(before)
    np.testing.assert_array_equal(x, before)
