"""Checkpointed loops and functions: the same derivatives to the last bit, few states, and the least number of steps.

Each program is made twice, with `checkpointed` and `checkpoint` and with marks that do nothing.
"""

from __future__ import annotations

import itertools
import math
import tracemalloc
from functools import cache

import numpy as np
import pytest

import s2s
from s2s.testing import check_grads
from s2s_runtime import checkpointing

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


def section_made_in_a_loop(loop, section, n, slots):
    def f(u):
        for t in loop(range(n), slots=slots):

            @section
            def turned(v):
                return np.sin(v) * u + 0.1 * t

            u = turned(np.roll(u, 1))
        return np.sum(u)

    return f


def section_that_gives_an_entry(loop, section, n, slots):
    @section
    def first(p):
        p *= np.tanh(p[1, :])
        p[:] = p[::-1]
        return p[0, 0]

    def f(u):
        x = u[1]
        for t in loop(range(n), slots=slots):
            x = x * np.sin(first(np.outer(u[:3], u[2:]) + t) + x)
        return x

    return f


PROGRAMS = [
    scalar_map, filled_in_place, double_buffered, stopped, converging, strided, strided_with_break, with_branches,
    inside_an_ordinary_loop, inside_a_checkpointed_loop, in_one_arm, history_in_a_list, first_bound_inside,
    without_a_state, linear, matrices, section_of_arrays, section_that_writes, section_of_a_section,
    section_made_in_a_loop, section_that_gives_an_entry, sections_in_a_checkpointed_loop,
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


# ---------------------------------------------------------------------------------------------------------- the number
@cache
def least(steps, slots):
    """The least number of steps forward, by trying every first step to keep."""
    if steps <= 1:
        return 0
    if slots == 1:
        return steps * (steps - 1) // 2
    return min(m + least(steps - m, slots - 1) + least(m, slots) for m in range(1, steps))


def table(steps, slots):
    """Griewank and Walther's closed form."""
    often = next(r for r in itertools.count() if math.comb(slots + r, slots) >= steps)
    return often * steps - (math.comb(slots + often, often - 1) if often else 0)


def run_schedule(steps, slots, counted):
    """What generated code does with a schedule: the steps run forward in both loops, and the most states at a time."""
    kept = checkpointing.binomial(steps, slots) if counted else checkpointing.unbounded(slots)
    states: dict[int, int] = {}
    slot, advanced, most = 0, 0, 0
    for step in range(steps):
        if step == kept[slot]:
            if not counted:
                kept, slot = checkpointing.extended(kept, slot, slots)
            states[slot] = step
            slot += 1
        most = max(most, len([s for s in states if s < slots]))
        advanced += 1
    for step in range(steps - 1, -1, -1):
        kept, slot = checkpointing.resumed(kept, step, slots)
        at = kept[slot]
        assert states[slot] == at <= step
        for inner in range(at, step):
            if inner == kept[slot + 1]:
                slot += 1
                states[slot] = inner
            advanced += 1
        assert slot < slots or (counted and slot == slots and step == steps - 1)
    return advanced, most


@pytest.mark.parametrize("slots", range(1, 9))
def test_the_schedule_is_the_best_there_is(slots):
    for steps in range(70):
        assert checkpointing.repeated(steps, slots) == least(steps, slots) == table(steps, slots)
        advanced, most = run_schedule(steps, slots, counted=True)
        assert most <= slots
        assert advanced == least(steps, slots) + (1 if steps else 0)  # one more: the last step, for the value


@pytest.mark.parametrize(("steps", "slots"), [(1000, 3), (1000, 20), (3432, 7), (3433, 7), (20000, 20), (5000, 5000)])
def test_the_schedule_of_long_loops_has_the_number_of_the_table(steps, slots):
    advanced, most = run_schedule(steps, slots, counted=True)
    assert advanced == table(steps, slots) + 1
    assert most <= slots


@pytest.mark.parametrize("slots", [1, 2, 3, 5, 8, 20])
def test_a_loop_without_a_known_end_keeps_no_more_states(slots):
    """No step is run more often than in a loop with a known end, plus once; with all of a list's steps, about as often."""
    for steps in (0, 1, 2, 3, 10, 57, 200, math.comb(slots + 2, 2), 700 if slots > 1 else 300):
        advanced, most = run_schedule(steps, slots, counted=False)
        assert most <= slots
        assert advanced <= (checkpointing.times(steps, slots) + 1) * steps
        assert advanced >= table(steps, slots)


def damped(loop, n, slots):
    def f(u):
        for _ in loop(range(n), slots=slots):
            u = np.sin(u)
        return np.sum(u)

    return f


def damped_until(loop, n, slots):
    def f(u):
        t = 0
        while loop(t < n, slots=slots):
            u = np.sin(u)
            t += 1
        return np.sum(u)

    return f


class Counting:
    """numpy, counting the calls of `sin`."""

    def __init__(self):
        self.calls = 0

    def __getattr__(self, name):
        return getattr(np, name)

    def sin(self, x):
        self.calls += 1
        return np.sin(x)


def steps_forward(function, u):
    text = s2s.grad(function).source(u)
    namespace: dict[str, object] = {}
    exec(text, namespace)
    namespace["np"] = counting = Counting()
    next(value for name, value in namespace.items() if name.endswith("_grad"))(u)
    return counting.calls


@pytest.mark.parametrize(("n", "slots"), [(1, 1), (2, 2), (50, 3), (330, 4), (331, 4)])
def test_a_derivative_runs_as_many_steps_as_the_table_says(n, slots):
    assert steps_forward(damped(s2s.checkpointed, n, slots), U) == table(n, slots) + 1
    assert steps_forward(damped_until(s2s.checkpointed, n, slots), U) == run_schedule(n, slots, counted=False)[0]


# ---------------------------------------------------------------------------------------------------------- the memory
def heat(loop, n, slots):
    def f(conductivity, u):
        for _ in loop(range(n), slots=slots):
            flux = conductivity * (u[1:] - u[:-1])
            u = u.copy()
            u[1:-1] += 0.2 * (flux[1:] - flux[:-1])
        return np.sum(u * u)

    return f


def peak(function, *args):
    gradient = s2s.grad(function, argnums=(0, 1))
    gradient(*args)
    gradient(*args)  # what later calls take is made in the second
    tracemalloc.start()
    try:
        gradient(*args)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("slots", [3, 10])
def test_memory_is_that_of_the_states(slots):
    size = 100_000
    args = np.full(size - 1, 0.7), np.linspace(0.0, 1.0, size) ** 2
    used = peak(heat(s2s.checkpointed, 60, slots), *args) / args[1].nbytes
    assert slots < used < slots + 15
    assert peak(heat(unmarked, 60, slots), *args) / args[1].nbytes > 60


def test_memory_of_a_long_heat_equation():
    args = np.full(199, 0.7), np.linspace(0.0, 1.0, 200) ** 2
    used = peak(heat(s2s.checkpointed, 10_000, 20), *args)
    assert used < 60 * args[1].nbytes
    expected = s2s.grad(heat(unmarked, 10_000, 20), argnums=(0, 1))(*args)
    for found, want in zip(s2s.grad(heat(s2s.checkpointed, 10_000, 20), argnums=(0, 1))(*args), expected, strict=True):
        assert_same_bits(found, want)


def test_a_section_is_not_recorded():
    def mixed(section):
        @section
        def many(u):
            for k in range(20):
                u = np.sin(u) * (1.0 + 0.01 * k)
            return u

        return lambda c, u: np.sum(many(many(many(u * c))))

    args = 0.5, np.linspace(0.0, 1.0, 100_000)
    used, whole = (peak(mixed(section), *args) / args[1].nbytes for section in (s2s.checkpoint, uncalled))
    assert used < 35
    assert whole > 60


# ---------------------------------------------------------------------------------------------------- effects, misuse
def test_what_a_loop_does_beside_is_done_once(capsys):
    def f(u):
        for t in s2s.checkpointed(range(6), slots=2):
            print("step", t)
            assert u[0] < 100.0
            u = np.sin(u) * u
        return np.sum(u)

    s2s.grad(f)(U)
    assert capsys.readouterr().out == "".join(f"step {t}\n" for t in range(6))


def test_two_random_numbers_are_two():
    rng = np.random.default_rng(3)

    def f(x):
        return x * rng.normal() - x * rng.normal()

    s2s.grad(f)(1.0)
    state = rng.bit_generator.state
    a, b = rng.normal(), rng.normal()
    rng.bit_generator.state = state
    assert s2s.grad(f)(1.0) == a - b
    assert a != b


RNG = np.random.default_rng(0)


def draws_in_a_loop(u):
    for _ in s2s.checkpointed(range(5), slots=2):
        u = np.sin(u) * u + RNG.random()
    return np.sum(u)


def draws_in_a_section(u):
    return np.sum(s2s.checkpoint(lambda v: np.sin(v) * v * RNG.random())(u))


def without_slots(u):
    for _ in s2s.checkpointed(range(5), slots=0):
        u = np.sin(u)
    return np.sum(u)


def slots_that_are_no_count(u):
    for _ in s2s.checkpointed(range(5), slots=2.5):
        u = np.sin(u)
    return np.sum(u)


def over_a_list(u):
    for c in s2s.checkpointed([1.0, 2.0], slots=2):
        u = np.sin(u * c)
    return np.sum(u)


def inside_zip(u):
    for k, t in zip(range(9), s2s.checkpointed(range(len(u) + 9), slots=2)):
        u = np.sin(u * k * t)
    return np.sum(u)


def as_part_of_a_test(u):
    t = 0
    while t < 9 and s2s.checkpointed(np.sum(u) > 0.1, slots=2):
        u = np.sin(u)
        t += 1
    return np.sum(u)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (draws_in_a_loop, "random is called again"),
        (draws_in_a_section, "random is called again"),
        (without_slots, "at least 1, not 0"),
        (slots_that_are_no_count, "an integer, not float"),
        (over_a_list, "takes a range"),
        (inside_zip, "inside zip, enumerate or reversed"),
        (as_part_of_a_test, "takes a range, or the whole test"),
    ],
)
def test_misuse_is_refused_with_a_hint(function, reason):
    with pytest.raises(s2s.Refused, match=reason) as caught:
        s2s.grad(function)(U)
    assert "hint:" in str(caught.value)
    assert "test_checkpointing.py" in str(caught.value)


def test_slots_from_outside_are_checked_when_the_derivative_runs():
    def f(u, slots):
        for _ in s2s.checkpointed(range(5), slots=slots):
            u = np.sin(u) * u
        return np.sum(u)

    assert_same_bits(s2s.grad(f)(U, 2), s2s.grad(f)(U, np.int64(4)))
    with pytest.raises(ValueError, match="at least 1, not 0"):
        s2s.grad(f)(U, 0)


def test_misuse_without_a_derivative():
    with pytest.raises(TypeError, match="takes a range"):
        s2s.checkpointed([1, 2], slots=2)
    with pytest.raises(TypeError, match="an integer, not bool"):
        s2s.checkpointed(range(3), slots=True)
    with pytest.raises(ValueError, match="not -1"):
        s2s.checkpointed(range(3), slots=-1)
    with pytest.raises(TypeError, match="takes a function, not int"):
        s2s.checkpoint(3)


class Model:
    def __init__(self):
        self.rate = 0.3

    @s2s.checkpoint
    def step(self, u):
        return np.tanh(u * self.rate) * u + u

    def loss(self, u):
        for _ in range(4):
            u = self.step(u)
        return np.sum(u * u)


def test_a_method_is_a_section():
    check_grads(Model().loss, (U,), order=2)
    assert s2s.grad(s2s.checkpoint(lambda x: x * x))(3.0) == 6.0
