"""A primal loop and its adjoint loop are one loop where iterations are independent, and nothing is recorded for them.

MET has programs of which no array holds a number per entry of a nest; APART those that look like these and must keep two loops.
"""

from __future__ import annotations

import re

import numba
import numpy as np
import pytest

from lower.comparing import compare, compare_nests
from s2s import value_and_grad
from s2s_runtime import tree

LENGTHS = (0, 1, 2, 3, 9, 17)


# ----------------------------------------------------------------------------------------------------------------- met
def softened(x):
    """A sum per row, whose cotangent is known when the row is done."""
    total = 0.0
    for i in range(len(x)):
        s = 0.0
        for j in range(len(x)):
            s += np.exp(-0.5 * (x[i] - x[j]) ** 2)
        total += np.log(1.0 + s)
    return total


def leave_one_out(x):
    """Entries of the cotangent meet in a branch: those of the row, and that of the column."""
    p = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(x)):
            if i == j:
                continue
            p[i] += np.exp(-((x[i] - x[j]) ** 2))
    return np.sum(np.log(1.0 + p))


def mean_of_rows(x):
    """A mean, with other loops between a loop and its reversal."""
    f = np.zeros(len(x))
    for i in range(len(x)):
        for value in x:
            f[i] += np.tanh(x[i] * value)
        f[i] *= 0.5
    g = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(i):
            g[i] += np.sin(x[i] + x[j])
    return np.sum(f**2) / (len(x) + 1) + np.sum(g**2)


def move(points, x):
    for i, point in enumerate(points):
        k = np.exp(-((x - point) ** 2))
        points[i] = np.dot(k, x) / (1.0 + k.sum())


def moved(x):
    """Points that are moved by all others, and stored where they were."""
    points = np.array(x)
    move(points, x)
    return np.sum(points * points)


# --------------------------------------------------------------------------------------------------------------- apart
def moved_twice(x):
    """The points in between are read by the second move, and by the reversal of both."""
    points = np.array(x)
    move(points, x)
    move(points, x)
    return np.sum(points * points)


def moved_in_steps(x):
    """Points that are moved in the steps of a loop: all steps are done before the first is reversed."""
    points = np.array(x)
    for _ in range(2):
        move(points, x)
    return np.sum(points * points)


def counted_down(x):
    """The program's own loop goes backwards, its reversal forwards."""
    total = 0.0
    for i in range(len(x) - 1, -1, -1):
        s = 0.0
        for j in range(len(x)):
            s += np.exp(x[i] * x[j] * 0.1)
        total += s * s
    return total


def log_of_the_sum(x):
    """The cotangent is known behind the loop only."""
    s = 0.0
    for i in range(len(x)):
        for j in range(len(x)):
            s += np.exp(x[i] * x[j] * 0.1)
    return np.log(1.0 + s)


def sum_used_twice(x):
    """The sum of a loop is used in a later one, twice."""
    s = 0.0
    for i in range(len(x)):
        s += np.exp(0.1 * x[i]) * x[i]
    total = 0.0
    for i in range(len(x)):
        total += np.sin(s * x[i]) + s
    return total


def through_a_view(x):
    """Iterations that look independent: a reversed view of the array that they store into."""
    y = x.copy()
    back = y[::-1]
    for i in range(len(x)):
        y[i] = np.sin(back[i]) + y[i] * x[i]
    return np.sum(y * y)


def into_the_next(x):
    """Each iteration stores into the entry that the next one reads."""
    y = np.zeros(len(x) + 1)
    for i in range(len(x)):
        y[i + 1] = np.tanh(y[i] + x[i]) + x[i]
    total = 0.0
    for i in range(len(x)):
        total += y[i] * y[i + 1]
    return total


def by_a_table(x):
    """Two iterations store into one entry."""
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i // 2] = np.exp(x[i]) + y[i // 2] * x[i]
    total = 0.0
    for i in range(len(x)):
        total += y[i] ** 2
    return total


def overwritten_later(x):
    """What the first loop stored is stored over before the sum is taken."""
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = np.exp(0.1 * x[i])
    total = 0.0
    for i in range(len(x)):
        total += y[i] ** 3
    for i in range(len(x) - 1):
        y[i] = y[i + 1] * x[i]
    for i in range(len(x)):
        total += y[i] ** 2 * total
    return total


def until_it_is_small(x):
    """A `while` in an iteration that is independent of the others."""
    y = np.zeros(len(x))
    for i in range(len(x)):
        value = x[i] * x[i] + 1.0
        while value > 0.5:
            value = value * np.cos(0.1 * value) * 0.4
        y[i] = value
    return np.sum(y * y)


def up_to_the_first(x):
    """A loop that may stop: the iterations behind that are not run."""
    y = np.zeros(len(x))
    for i in range(len(x)):
        if x[i] > 1.0:
            break
        y[i] = np.exp(x[i])
    return np.sum(y * y)


def neighbours(x):
    """The adjoint adds to entries of three iterations."""
    total = 0.0
    for i in range(1, len(x) - 1):
        t = np.exp(0.1 * (x[i + 1] - 2.0 * x[i] + x[i - 1]))
        total += t * t
    return total


def recorded(x):
    """The program's own records, by the iteration."""
    rows = []
    for i in range(len(x)):
        rows.append(np.exp(0.1 * x[i]) * x)
    total = 0.0
    for row in rows:
        total += np.sum(row * row)
    return total


def same_row_twice(x):
    """A row that another iteration reads is no row of its own."""
    n = len(x)
    t = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            t[i, j] = np.exp(0.1 * x[i] * x[j])
    total = 0.0
    for i in range(n):
        for j in range(n):
            total += t[i, j] * t[j, i]
    return total


def row_before(x):
    """An iteration reads the row of the one before."""
    n = len(x)
    t = np.zeros((n + 1, n))
    total = 0.0
    for i in range(n):
        for j in range(n):
            t[i + 1, j] = np.sin(t[i, j] + x[j]) * x[i]
        for j in range(n):
            total += t[i + 1, j] * t[i, j]
    return total


def compensated_in_a_branch(x):
    """The program's own sum in a branch keeps its order."""
    s, c = 0.0, 0.0
    for i in range(len(x)):
        if x[i] != 0.0:
            y = x[i] - c
            t = s + y
            c = (t - s) - y
            s = t
    return s


MET = [softened, leave_one_out, mean_of_rows, moved]
APART = [
    moved_twice, moved_in_steps, counted_down, log_of_the_sum, sum_used_twice, through_a_view, into_the_next, by_a_table,
    overwritten_later, until_it_is_small, up_to_the_first, neighbours, recorded, same_row_twice, row_before, compensated_in_a_branch,
]  # fmt: skip


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("program", [*MET, *APART], ids=lambda program: program.__name__)
def test_loop_nests_compute_what_numpy_does(program, length, monkeypatch):
    compare_nests(program, length, monkeypatch)


@pytest.mark.parametrize("program", MET, ids=lambda program: program.__name__)
def test_nothing_is_recorded_entry_by_entry(program):
    text = value_and_grad(program, jit=True).source(np.linspace(-1.0, 1.0, 9), lowered=True)
    assert not re.search(r"np\.(empty|zeros)\(\(", text), text


@pytest.mark.parametrize("program", [leave_one_out, moved_twice, through_a_view, row_before], ids=lambda p: p.__name__)
def test_compiled_they_do_so_too(program):
    for length in (17, 9):
        compare(program, np.random.default_rng(length).normal(size=length), jit=True)


def test_gradients_are_those_of_differences():
    x, step = np.random.default_rng(5).normal(size=9), 1e-6
    for program in [*MET, *APART]:
        if program is compensated_in_a_branch:
            continue
        _, gradient = value_and_grad(program, jit="auto")(x)
        for k in range(len(x)):
            ends = [program(x + sign * step * (np.arange(len(x)) == k)) for sign in (1, -1)]
            assert gradient[k] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-5, abs=1e-7), program.__name__


# --------------------------------------------------------------------------------------------------------------- errors
def fails_midway(x, k):
    """An index that is out of bounds in a loop between a loop and its reversal."""
    f = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(x)):
            f[i] += np.exp(0.1 * x[i] * x[j])
    total = 0.0
    for i in range(len(x)):
        total += x[i + k] * x[i]
    return np.sum(f * f) + total


def refuses_midway(x, limit):
    """The program's own error, between a loop and its reversal."""
    f = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(x)):
            f[i] += np.exp(0.1 * x[i] * x[j])
    if f[0] > limit:
        raise ValueError("too much")
    return np.sum(f * f)


@pytest.mark.parametrize("disabled", [True, False])
def test_a_program_that_fails_midway_raises_the_same_error(disabled, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", disabled)
    x = np.linspace(-1.0, 1.0, 9)
    for jit in (False, "auto"):
        with pytest.raises(IndexError):
            value_and_grad(fails_midway, jit=jit)(x, 2)
        with pytest.raises(ValueError, match="too much"):
            value_and_grad(refuses_midway, jit=jit)(x, 1.0)
    for program, bound in ((fails_midway, 0), (refuses_midway, 100.0)):
        found, expected = (value_and_grad(program, jit=jit)(x, bound) for jit in ("auto", False))
        for one, other in zip(tree.flatten(found)[0], tree.flatten(expected)[0], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-13)


# -------------------------------------------------------------------------------------------------------------- values
def test_the_value_is_that_of_the_program_alone():
    """What the derivative adds to a loop does not change what the program computes."""
    x = np.random.default_rng(2).normal(size=40) * 10.0 ** np.random.default_rng(3).integers(-6, 6, 40)
    compare(compensated_in_a_branch, x, jit=True, exact=True)


def test_infinities_of_a_row_stay_in_its_row():
    """A branch that is not taken adds nothing, whatever stands in it."""

    def masked(x):
        total = 0.0
        for i in range(len(x)):
            s = 0.0
            for j in range(len(x)):
                if x[j] > 0.0:
                    s += np.sqrt(x[j]) * x[i]
            total += s * s
        return total

    x = np.array([0.0, 4.0, -1.0, 9.0, 0.0, 1.0, 2.0, -3.0, 5.0])
    compare(masked, x, jit=True)
    assert np.all(np.isfinite(value_and_grad(masked, jit=True)(x)[1]))


@pytest.mark.parametrize("program", [softened, moved_twice], ids=lambda program: program.__name__)
def test_a_function_with_elementary_functions_asks_for_wide_registers_once(program):
    """Also where an array is copied while the text is written."""
    text = value_and_grad(program, jit=True).source(np.linspace(-1.0, 1.0, 9), lowered=True)
    assert text.count("    widest_vectors()\n") == 1
