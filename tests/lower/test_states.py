"""Time steppers and stencils, whose loops are fused over neighbouring entries and whose arrays are filled in place: values and
gradients are NumPy's, at lengths from 0 on, also where an array has other holders or is used once more.
"""

from __future__ import annotations

import numpy as np
import pytest

from lower.comparing import compare, compare_nests
from s2s.code import shown
from s2s.kinds import Request
from s2s.lower import missing
from s2s.pipeline import derive

LENGTHS = (0, 1, 2, 3, 9, 17)


def swept_by_slices(x):
    """Two arrays by turns: all that is added to an entry comes from its three neighbours."""
    a, b = x * x, np.sin(x)
    for _ in range(3):
        b[1:-1] = (a[:-2] + a[1:-1] + a[2:]) / 3.0
        a[1:-1] = (b[:-2] - b[1:-1] + 2.0 * b[2:]) / 3.0
    return np.sum(np.exp(a)) + np.sum(b * b)


def swept_in_two_directions(x):
    u = np.outer(x, x + 1.0)
    for _ in range(2):
        u[1:-1, 1:-1] += 0.1 * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]) * u[1:-1, 1:-1]
    return np.sum(np.cos(u))


def upwind(x):
    """Each entry from the one before it; a copy holds what was there."""
    u = x.copy()
    for _ in range(3):
        un = u.copy()
        u[1:] = un[1:] - 0.3 * un[1:] * (un[1:] - un[:-1])
        u[0] = un[-1]
    return np.sum(u**2)


def no_step(x):
    """A loop that has no iteration."""
    u = x * 2.0
    for _ in range(0):
        u[1:-1] = u[:-2] * u[2:]
    return np.sum(u * u)


def kept_twice(x):
    """A state is kept in two lists, then changed; the state at the end is used as it is."""
    u, first, second = x.copy(), [], []
    for _ in range(3):
        first.append(u.copy())
        u[1:-1] += 0.2 * (u[2:] - u[:-2]) * u[1:-1]
        second.append(u.copy())
    total = 0.0
    for a, b in zip(first, second):
        total += np.sum(a * b)
    u *= 2.0
    return total + np.sum(u)


def kept_and_shared(x):
    """What is held by another name is not overwritten where the loop goes on."""
    u = x + 1.0
    before = u
    for _ in range(3):
        before = u
        u = u + 0.1 * before * before
    return np.sum(u * before)


def two_names_of_one_array(x):
    u = x * 1.0
    v = u[1:]
    for _ in range(2):
        u[:-1] += 0.5 * v
        v[:] = v * 0.9
    return np.sum(u * u) + np.sum(v)


def read_at_a_distance(x):
    """A loop reads what the one before it stores later, in its own order: the two stay apart."""
    a, b = x * x, np.zeros(len(x))
    for i in range(len(x) - 1):
        a[i + 1] = a[i + 1] * 0.5 + x[i]
    for i in range(len(x) - 1):
        b[i] = a[i + 1] * x[i]
    for i in range(len(x) - 1):
        a[i] = b[i] + b[i + 1]
    return np.sum(np.sin(a) * b)


def changed_at_a_distance(x):
    """A loop stores into entries that the one before it reads in other iterations."""
    a, b = x + 2.0, np.zeros(len(x))
    for i in range(len(x) - 1):
        b[i] = a[i] * a[i + 1]
    for i in range(len(x) - 1):
        a[i + 1] = b[i] * 0.1
    return np.sum(a * b)


def triangle_of_zeros(x):
    """A loop that does not come to each entry of what it adds to."""
    y = np.zeros((len(x), len(x)))
    for i in range(len(x)):
        for j in range(i):
            y[i, j] += x[i] * x[j]
    for i in range(len(x) - 1, -1, -1):
        for j in range(len(x)):
            y[i, j] += x[j]
    return np.sum(np.sin(y))


def chosen_of_zeros(x):
    """An addition that a branch makes, and one to the row above."""
    y, z = np.zeros(len(x)), np.zeros(len(x))
    for i in range(len(x)):
        if x[i] > 0.0:
            y[i] += x[i] * x[i]
        z[i] += x[i]
        if i > 0:
            z[i - 1] += x[i] * y[i]
    return np.sum(np.cos(y) * z)


def outer_sums(x):
    """Rows of a matrix are added to twice, from the last one on."""
    a, y = np.outer(x, np.cos(x)), np.zeros(len(x))
    for i in range(len(x)):
        s = 0.0
        for j in range(len(x)):
            s += a[i, j] * x[j]
        for j in range(len(x)):
            y[j] += a[i, j] * s
    return np.sum(np.sin(y))


def searched(x):
    """Vectors that go on from step to step, one of which begins as the other."""
    r = x * 1.0
    p = r.copy()
    y = np.zeros(len(x))
    for _ in range(3):
        q = 2.0 * p + 0.1 * np.sum(p)
        alpha = (r @ r + 1.0) / (p @ q + 3.0)
        y = y + alpha * p
        new = r - alpha * q
        p = new + p * (new @ new + 1.0) / (r @ r + 1.0)
        r = new
    return np.sum(np.sin(y)) + p @ r


def sifted(x):
    """A loop that may be left in the middle, in one that runs while a test holds: what is recorded fills its room to the last place."""
    y, k, total = x * x, 0, 0.0
    while k < len(y):
        j = k
        while j > 0 and y[j - 1] > y[j]:
            y[j - 1], y[j] = y[j], y[j - 1] * 0.9
            if y[j] > 4.0:
                break
            j -= 1
        for i in range(j, k):
            total = np.sin(total) + y[i] * y[i]
        k += 1
    return total + np.sum(y)


def counted_down(x):
    """Sixteen, or thirty-two, iterations of a loop whose number is not known before it."""
    total, left = 1.0, 2 * len(x) - 2
    while left > 0:
        total = total * np.cos(0.1 * total) + x[left % len(x)]
        left -= 1
    return total


PROGRAMS = (
    sifted, counted_down, swept_by_slices, swept_in_two_directions, upwind, no_step, kept_twice, kept_and_shared, two_names_of_one_array,
    read_at_a_distance, changed_at_a_distance, triangle_of_zeros, chosen_of_zeros, outer_sums, searched,
)  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
@pytest.mark.parametrize("length", LENGTHS)
def test_loop_nests_compute_what_numpy_does(program, length, monkeypatch):
    compare_nests(program, length, monkeypatch)


COMPILED = (swept_in_two_directions, upwind, outer_sums, sifted, counted_down)


@pytest.mark.parametrize("program", COMPILED, ids=lambda program: program.__name__)
def test_compiled_they_do_so_too(program):
    compare(program, np.random.default_rng(1).normal(size=17), jit=True)


def text(program):
    derived = derive(program, Request("value_and_grad", (0,)), (np.linspace(0.1, 1.0, 17),))
    return shown(derived.functions[0], "", derived.specialised.sizes, missing(derived.functions)).sources[0].text


def test_what_neighbours_add_to_an_entry_is_added_at_once():
    adjoint = text(swept_by_slices).partition("for _ in range(2, -1, -1):")[2] or text(swept_by_slices)
    assert adjoint.count("a_bar[i] += ") == adjoint.count("b_bar[i] += ") == 1


def test_a_first_addition_is_a_store():
    adjoint = text(outer_sums)
    assert "np.empty((n, n))" in adjoint
    assert "a_bar = np.zeros(" not in adjoint


def test_what_goes_on_from_step_to_step_is_one_array():
    assert "y_bar_1" not in text(searched)
