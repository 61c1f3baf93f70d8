"""Checkpointed loops and functions: the same derivatives to the last bit, few states, and the least number of steps.

Each program is made twice, with `checkpointed` and `checkpoint` and with marks that do nothing.
"""

from __future__ import annotations

import numpy as np
import pytest

import s2s
from s2s.testing import check_grads

U = np.array([0.3, -0.7, 1.1, 0.4, 0.9])


def unmarked(loop, *, slots):
    return loop


def uncalled(function):
    return function


# ------------------------------------------------------------------------------------------------------------ programs
def scalar_map(loop, section, n, slots):
    def f(u):
        x = u[0]
        for _ in loop(range(n), slots=slots):
            x = np.sin(x) * 1.1 + x * x * 0.1
        return x

    return f


def filled_in_place(loop, section, n, slots):
    def f(u):
        u = u.copy()
        total = 0.0
        for t in loop(range(n), slots=slots):
            u[1:-1] += 0.1 * np.sin(u[2:] - 2.0 * u[1:-1] + u[:-2])
            u[0] = u[1] * u[2]
            total += u[2] ** 2 * (t + 1)
        return total + np.sum(u**3)

    return f


def double_buffered(loop, section, n, slots):
    def f(u):
        u = u.copy()
        v = np.zeros_like(u)
        for _ in loop(range(n), slots=slots):
            for i in range(1, len(u) - 1):
                v[i] = np.tanh(u[i - 1]) + 0.2 * u[i] * u[i + 1]
            u, v = v, u
        return np.sum(u * v) + np.sum(u)

    return f


def stopped(loop, section, n, slots):
    def f(u):
        for t in loop(range(n), slots=slots):
            u = u + 0.05 * np.cos(u) * u
            if np.sum(u * u) > 8.0 or t > 17:
                break
        return np.sum(u**2)

    return f


def converging(loop, section, n, slots):
    def f(u):
        x, step = 1.0, 1.0
        trips = 0
        while loop(abs(step) > 1e-9 and trips < n, slots=slots):
            step = (np.cos(x) * u[0] - x) * 0.4
            x = x + step
            trips += 1
        return x * x + u[1] * trips

    return f


def strided(loop, section, n, slots):
    def f(u):
        x = u[0]
        for t in loop(range(3 * n, n, -2), slots=slots):
            x = np.sin(x) + 0.01 * t * x * u[t % 5]
        return x

    return f


def strided_with_break(loop, section, n, slots):
    def f(u):
        x = u[0]
        for t in loop(range(2, 5 * n, 3), slots=slots):
            x = np.sin(x) + 0.01 * t * x * u[t % 5]
            if t > 3 * n:
                break
        return x

    return f


def with_branches(loop, section, n, slots):
    def f(u):
        x, y = u[0], u[1]
        for t in loop(range(n), slots=slots):
            if x * y > 0.2:
                x, y = y * np.exp(-x), x
            elif t % 3 == 0:
                y = y + 0.3 * x * x
            else:
                x = x + 0.1
        return x * y + x

    return f


def inside_an_ordinary_loop(loop, section, n, slots):
    def f(u):
        total = 0.0
        for k in range(3):
            v = u * (k + 1)
            for _ in loop(range(n), slots=slots):
                v = v + 0.1 * np.sin(v) * v
            total = total + np.sum(v) * total + v[k]
        return total

    return f


def inside_a_checkpointed_loop(loop, section, n, slots):
    def f(u):
        v = u.copy()
        for t in loop(range(n), slots=slots):
            for s in loop(range(t % 5), slots=2):
                v[s % 5] = np.sin(v[s % 5]) * v[(s + 1) % 5]
            v = v + 0.1 * np.sin(v) * v
        return np.sum(v * v)

    return f


def in_one_arm(loop, section, n, slots):
    def f(u):
        x = u[0]
        if x > 0.0:
            for _ in loop(range(n), slots=slots):
                x = np.sin(x) * u[1]
        else:
            x = x * 2.0
        return x * u[2]

    return f


def history_in_a_list(loop, section, n, slots):
    def f(u):
        xs = [u[0], u[1]]
        for _ in loop(range(n), slots=slots):
            xs.append(np.sin(xs[-1]) + 0.3 * xs[-2] * xs[-1])
        return xs[-1] * xs[0] + xs[n // 2]

    return f


def first_bound_inside(loop, section, n, slots):
    def f(u):
        x, before = u[0], None
        for t in loop(range(n + 1), slots=slots):
            if before is not None:
                x = x + 0.1 * np.sin(before) * before
            before = x * u[t % 5]
        return x + before * before

    return f


def without_a_state(loop, section, n, slots):
    def f(u):
        total = 0.0
        for t in loop(range(n), slots=slots):
            y = np.exp(np.sin(u[t % 5] * t))
            total += y * y
        return total

    return f


def linear(loop, section, n, slots):
    def f(u):
        for _ in loop(range(n), slots=slots):
            u = 0.5 * u + 0.25 * np.roll(u, 1)
        return u[2]

    return f


def matrices(loop, section, n, slots):
    def f(u):
        a = np.outer(u, u) * 0.1 + np.eye(5)
        b = np.eye(5)
        for _ in loop(range(n), slots=slots):
            b = np.tanh(a @ b) @ a.T
        return np.sum(b)

    return f


def section_of_arrays(loop, section, n, slots):
    @section
    def step(u, h):
        v = u.copy()
        for i in range(1, len(u)):
            v[i] = u[i] + h * np.sin(v[i - 1]) * u[i]
        return np.tanh(v) * np.cos(u)

    def f(u):
        for _ in range(n):
            u = step(u, 0.1) + 0.5 * u
        return np.sum(u**2)

    return f


def section_that_writes(loop, section, n, slots):
    def update(u, w):
        u[1:] *= np.sin(u[:-1])
        w[0] += np.sum(u * u)

    def f(u):
        u = u.copy()
        w = np.zeros(2)
        for t in range(n):
            section(update)(u, w)
            w[1] += u[t % 5] * w[0]
        return w[0] * w[1] + np.sum(u)

    return f


def section_of_a_section(loop, section, n, slots):
    @section
    def inner(x, y):
        if x > y:
            return np.sin(x * y), x
        return x * x, y + 0.1

    @section
    def outer(x, y):
        for _ in range(n):
            x, y = inner(x, y)
        return x + y, {"y": y}

    def f(u):
        x, aside = outer(u[0], u[1])
        return x * aside["y"] * u[2]

    return f


def sections_in_a_checkpointed_loop(loop, section, n, slots):
    half = section(lambda u: np.tanh(u) * np.roll(u, 1) + u)

    def f(u):
        for _ in loop(range(n), slots=slots):
            u = half(u) * 0.9
        return np.sum(u * u)

    return f


PROGRAMS = [
    scalar_map, filled_in_place, double_buffered, stopped, converging, strided, strided_with_break, with_branches,
    inside_an_ordinary_loop, inside_a_checkpointed_loop, in_one_arm, history_in_a_list, first_bound_inside,
    without_a_state, linear, matrices, section_of_arrays, section_that_writes, section_of_a_section,
    sections_in_a_checkpointed_loop,
]  # fmt: skip


def both(program, n, slots):
    return program(s2s.checkpointed, s2s.checkpoint, n, slots), program(unmarked, uncalled, n, slots)


def assert_same_bits(found, expected):
    np.testing.assert_array_equal(np.asarray(found).view(np.uint64), np.asarray(expected).view(np.uint64))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
@pytest.mark.parametrize(("n", "slots"), [(0, 3), (1, 3), (2, 1), (7, 2), (23, 3), (23, 1), (40, 50)])
def test_the_gradient_is_the_same_to_the_last_bit(program, n, slots):
    marked, plain = both(program, n, slots)
    assert marked(U.copy()) == plain(U.copy())
    value, gradient = s2s.value_and_grad(marked)(U)
    expected = s2s.value_and_grad(plain)(U)
    assert_same_bits(value, expected[0])
    assert_same_bits(gradient, expected[1])


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_second_order_is_the_same_to_the_last_bit(program):
    marked, plain = both(program, 9, 2)
    tangent = np.cos(U)
    assert_same_bits(s2s.hvp(marked, (U,), (tangent,)), s2s.hvp(plain, (U,), (tangent,)))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_against_differences_in_both_modes(program):
    check_grads(both(program, 5, 2)[0], (U,), order=2)
