"""What the passes over loop nests change, program by program, at lengths from 0 on: values and gradients are NumPy's.

Each pass of `s2s/lower` has programs here in which it does something, and programs that look like these in which it must not.
The loop nests run as Python; those that differ from Python where Numba compiles them are compiled in the last test.
"""

from __future__ import annotations

import numpy as np
import pytest

from lower.comparing import compare, compare_nests
from s2s import value_and_grad
from s2s_runtime import tree

LENGTHS = (0, 1, 2, 3, 9, 17)


# ------------------------------------------------------------------------------------------------------------- records
def halved(x):
    """An inner loop that runs as often as the numbers say."""
    total = 0.0
    for i in range(len(x)):
        value = x[i] * x[i] + 1.0
        while value > 0.5:
            value = value * np.cos(0.1 * value) * 0.4
        total += value
    return total


def first_above(x):
    """A loop that breaks, in a branch."""
    total = 0.0
    for i in range(len(x)):
        if x[i] > 0.0:
            s = 1.0
            for j in range(i, len(x)):
                s = s * (1.0 + 0.1 * np.tanh(x[j]))
                if s > 1.15:
                    break
            total += s * x[i]
        else:
            total -= np.exp(x[i])
    return total


def triangle(x):
    """Records of a triangle of iterations, counted upwards and downwards."""
    s = 1.0
    for i in range(len(x) - 1, -1, -1):
        for j in range(i + 1):
            s = np.sin(s) + x[j] * x[i]
        for j in range(i, 0, -2):
            s = np.cos(s) * x[j]
    return s


def sometimes(x):
    """What is recorded is made in one arm of a branch only."""
    y = x.copy()
    for i in range(len(x)):
        if x[i] > 0.2:
            row = np.tanh(y) * x[i]
            y = row * row + y
    return np.sum(y)


def rows_in_a_list(x):
    """Lists that the program itself makes, of rows of one length."""
    rows = []
    for i in range(len(x)):
        rows.append(np.sin(x) * x[i])
    total = 0.0
    for row in rows:
        total += np.sum(row * row)
    return total


def last_in_a_list(x):
    """Items of the program's own list, counted from behind."""
    squares = []
    for i in range(len(x)):
        squares.append(x[i] * x[i])
    return squares[-1] + squares[-2] if len(x) > 1 else np.sum(x)


# --------------------------------------------------------------------------------------------------- entries as numbers
def few(x):
    """Arrays of two and three entries, carried, branched on, stored into."""
    position, velocity = np.array([0.1, 0.2, 0.3]), np.zeros(3)
    for i in range(len(x)):
        force = np.empty(3)
        force[0] = x[i]
        force[1:] = -position[:2]
        if x[i] > 0.0:
            velocity = velocity + 0.1 * force
        else:
            velocity[1] *= 0.5
        position += velocity
    return position @ velocity + np.sum(position)


def few_by_number(x):
    """The same, by a number that is known when the program runs: it stays an array."""
    state = np.zeros(3)
    for i in range(len(x)):
        state[i % 3] += x[i] * x[i]
        state = state * 0.9
    return np.sum(state * state) + state[0]


def whole_numbers(x):
    """A store into whole numbers cuts off what is behind the point."""
    counts = np.zeros(2, dtype=int)
    total = 0.0
    for i in range(len(x)):
        counts[0] = counts[0] + 1
        counts[1] = 2.7 * i
        total += x[i] * counts[0] + np.sin(x[i]) * counts[1]
    return total


def entry(x):
    """One entry of an array, changed in each iteration of a loop that may have none."""
    y = np.ones((len(x) + 1, 2))
    for i in range(len(x)):
        for k in range(i):
            y[i, 1] += x[k] * x[i]
        y[i + 1, 0] = y[i, 1]
    return np.sum(y * y)


def compensated(x):
    """A sum that is compensated: its additions are not exchanged."""
    total, lost = 0.0, 0.0
    for i in range(len(x)):
        y = x[i] - lost
        t = total + y
        lost = (t - total) - y
        total = t
    return total


# ----------------------------------------------------------------------------------------------------- loops being split
def smoothed(x):
    """Three neighbours, in place of nothing: the adjoint adds to three entries."""
    y = np.zeros(len(x))
    for i in range(1, len(x) - 1):
        y[i] = 0.25 * x[i - 1] + 0.5 * x[i] + 0.25 * x[i + 1] ** 2
    return np.sum(np.sin(y))


def swept(x):
    """The same in place, where the order of the iterations counts."""
    y = x.copy()
    for i in range(1, len(x) - 1):
        y[i] = 0.25 * y[i - 1] + 0.5 * y[i] + 0.25 * y[i + 1]
    return np.sum(np.sin(y))


def diffused(x):
    """Rows and columns, time after time, from one array to the other and back."""
    u = np.outer(x, x)
    v = u.copy()
    for _ in range(2):
        for i in range(1, len(x) - 1):
            for j in range(len(x) - 2, 0, -1):
                v[i, j] = u[i, j] + 0.1 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - 4.0 * u[i, j])
        u, v = v, u
    return np.sum(u * u)


def stored_where_it_is_read(x):
    """An array is read, as it was, by stores into it."""
    y = x * x
    half = y * 0.5
    y[1:] += half[:-1]
    y[:-1] -= half[1:]
    return np.sum(y * half)


def spread(x):
    """What is broadcast is computed once; cheap entries are computed again where they are read."""
    d = x[:, None] - x[None, :]
    near = np.exp(-(d * d))
    return np.sum(near * d) + np.sum(near @ x) + np.sum(np.max(near, axis=0))


def axes_in_any_order(x):
    """Sums over axes that are named in any order, over none, and over one between axes of a few entries."""
    cube = np.outer(x, x)[:, :, None] * np.array([1.0, 2.0])
    stack = cube[:, None, :, :] * np.array([1.0, 0.5, 0.25])[:, None, None]
    total = np.sum(np.sum(cube, axis=(1, 0)) ** 2) + np.sum(np.sum(stack, axis=(2, 0)) ** 3)
    return total + np.sum(np.sum(np.array([1.0, 2.0]) * np.sum(x), axis=()) ** 2) + np.sum(np.prod(stack + 1.0, axis=1))


def entry_in_branches(x):
    """An entry that a loop adds to in branches, and sets in others; one that is read before it is set; one of another row."""
    n = len(x)
    a, b = np.zeros(n), np.ones(n)
    for i in range(n):
        for j in range(n):
            if x[j] > x[i]:
                a[i] += np.sin(x[j] - x[i])
            elif j == i:
                b[i] = b[i] * x[i]
            else:
                if x[j] < -0.5:
                    b[i] = x[j] * x[j]
                a[i] -= 0.1 * b[i]
        for j in range(n):
            if x[j] > 0.3:
                b[i] += x[j]
                a[n - 1 - i] += b[i] * x[i]
    return np.sum(a * a) + np.sum(b)


def entry_before_the_end(x):
    """A loop that is left early: what its branches have stored until then counts."""
    a = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(x)):
            if x[j] > 0.0:
                a[i] += x[j] * x[i]
            if a[i] > 1.0:
                break
    return np.sum(np.cos(a))


def entry_not_reached(x):
    """What a branch that is not taken would store is no number."""
    a = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(x)):
            if x[j] > 0.0:
                a[i] += np.sqrt(x[j]) * np.log(x[j])
    return np.sum(a)


def pairs(x):
    """What a loop adds to one entry while it adds to the others, in branches, too; entries 0 and 1 in every iteration."""
    n = len(x)
    force, ends = np.zeros(n), np.zeros(2)
    for i in range(n):
        for j in range(n):
            d = x[i] - x[j]
            if j != i:
                f = d / (1.0 + d * d)
                force[i] += f
                force[j] -= 0.5 * f
            elif x[i] > 0.0:
                force[j] += x[i]
            force[n - 1] += d
        for j in range(i):
            ends[0] += x[j] * x[i]
            ends[1] -= np.sin(x[j])
    return np.sum(force * force) + ends[0] * ends[1]


def pairs_that_are_read(x):
    """The entry is read between additions, or set: it is no sum."""
    n = len(x)
    force, other = np.zeros(n), np.zeros(n)
    for i in range(n):
        for j in range(n):
            force[j] += x[i] * x[j]
            force[i] += 0.1 * np.tanh(force[j])
            other[j] += x[i]
            other[i] = x[j]
    return np.sum(force * other)


PROGRAMS = (halved, first_above, triangle, sometimes, rows_in_a_list, last_in_a_list, few, few_by_number, whole_numbers, entry, compensated,
            entry_in_branches, entry_before_the_end, entry_not_reached, pairs, pairs_that_are_read, smoothed,
            swept, diffused, stored_where_it_is_read, spread, axes_in_any_order)  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
@pytest.mark.parametrize("length", LENGTHS)
def test_loop_nests_compute_what_numpy_does(program, length, monkeypatch):
    compare_nests(program, length, monkeypatch)


@pytest.mark.parametrize("program", [halved, first_above, few, few_by_number, entry, smoothed], ids=lambda program: program.__name__)
def test_compiled_they_do_so_too(program):
    gradient = value_and_grad(program, jit=True)
    for length in (17, 2, 0):
        x = np.random.default_rng(length).normal(size=length)
        for one, other in zip(tree.flatten(gradient(x))[0], tree.flatten(value_and_grad(program, jit=False)(x))[0], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-12)


def test_a_compensated_sum_is_not_added_up_in_another_order():
    x = np.random.default_rng(0).normal(size=1000) * 10.0 ** np.random.default_rng(1).integers(-9, 9, 1000)
    compare(compensated, x, jit=True, exact=True)


def test_an_item_that_a_list_of_the_program_does_not_have_is_an_error():
    def behind(x, k):
        squares = []
        for i in range(len(x)):
            squares.append(x[i] * x[i])
        return squares[k] * 2.0

    x = np.arange(1.0, 6.0)
    for jit in (False, "auto"):
        gradient = value_and_grad(behind, jit=jit)
        assert gradient(x, -1)[0] == gradient(x, 4)[0] == 50.0
        for k in (5, -6):
            with pytest.raises(IndexError):
                gradient(x, k)


def backward(x):
    """A loop that goes backwards and records nothing, over no entry, one, or more; and one that nothing is to be done in."""
    y = x.copy()
    for i in range(len(x) - 2, -1, -1):
        y[i] += 0.5 * y[i + 1]
    for i in range(len(x) - 5, 3, -1):
        y[i] -= 0.3 * y[i - 1]
    return np.sum(y * y)


def test_a_loop_that_goes_backwards_is_reversed_to_one_that_goes_forwards():
    gradient, readable = value_and_grad(backward, jit=True), value_and_grad(backward, jit=False)
    assert "len(range(" not in readable.source(np.ones(9))
    assert "place(" not in gradient.source(np.ones(9), lowered=True)
    for length in LENGTHS:
        x = np.random.default_rng(length).normal(size=length)
        for one, other in zip(tree.flatten(gradient(x))[0], tree.flatten(readable(x))[0], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12)
        step = 1e-6
        for k in range(length):
            ends = [backward(x + sign * step * (np.arange(length) == k)) for sign in (1, -1)]
            assert readable(x)[1][k] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-6, abs=1e-8)
