"""Names that hold None until there is something, in compiled code: a best so far, a hit or none, a cache, and lists of these.

Each program is differentiated in both forms, with the loop nests run as Python, and is compiled without a seam; some are compiled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numba
import numpy as np
import pytest

from lower.comparing import compare
from s2s import value_and_grad, vjp

LENGTHS = (1, 2, 5, 12)


def largest(x):
    """The best so far, in a tuple: None at first."""
    best = None
    for i in range(len(x)):
        score = x[i] * np.sin(x[i])
        if best is None or score > best[0]:
            best = (score, i, x[i])
    return best[0] * best[2] + best[1]


def pair_of(x):
    """A tuple with an array in it."""
    found = None
    for i in range(len(x)):
        row = x * x[i]
        size = np.sum(row**2)
        if found is None or size < found[1]:
            found = (row, size)
    row, size = found
    return np.sum(row * x) + size


@dataclass
class Bracket:
    low: float
    high: float


def crossing(x):
    """A record, None where no sign changes."""
    bracket = None
    for i in range(len(x) - 1):
        if x[i] * x[i + 1] < 0.0 and bracket is None:
            bracket = Bracket(x[i], x[i + 1])
    if bracket is None:
        return np.sum(x)
    return bracket.low * bracket.high / (bracket.low - bracket.high)


def momentum(x):
    """What the last step left; there is no last one at first."""
    last = None
    total = 0.0
    for i in range(len(x)):
        value = np.tanh(x[i])
        rate = 0.1
        if last is not None:
            rate = 0.9 * last[1] + value - last[0]
        total += rate * value
        last = (value, rate)
    return total


def two_of_them(x):
    """One flows into another one, in branches."""
    first = None
    second = None
    for i in range(len(x)):
        item = (x[i], np.exp(-x[i]))
        if first is None or item[0] > first[0]:
            second = first
            first = item
    return first[1] + (0.0 if second is None else second[0] * second[1])


def chosen_pair(x):
    """A tuple that is one or another, never None."""
    pair = (x[0], 1.0)
    for i in range(len(x)):
        if x[i] > pair[0]:
            pair = (x[i], pair[1] * x[i])
    return pair[0] * pair[1]


def in_a_while_loop(x):
    state = None
    i = 0
    while i < len(x):
        if state is None:
            state = (x[i], x[i] ** 2)
        else:
            state = (state[0] * np.cos(x[i]), state[1] + state[0])
        i += 1
    return state[0] + state[1] if state is not None else 0.0


def nested_loops(x):
    """A search in each iteration, which begins with None again."""
    total = 0.0
    for i in range(len(x)):
        nearest = None
        for j in range(len(x)):
            if j != i:
                distance = (x[i] - x[j]) ** 2
                if nearest is None or distance < nearest[0]:
                    nearest = (distance, x[j])
        if nearest is not None:
            total += nearest[0] * nearest[1]
    return total


def in_single_precision(x):
    y = x.astype(np.float32)
    best = None
    for i in range(len(y)):
        if best is None or y[i] > best[0]:
            best = (y[i], i)
    return best[0] * y[0]


class Motion(NamedTuple):
    place: float
    speed: float


def moved_by_name(x):
    """A record, read by its names in the loop that makes it."""
    state = None
    for v in x:
        state = Motion(v, 2.0 * v) if state is None else Motion(state.place + state.speed, state.speed * v)
    return state.place * state.speed


def narrowed_brackets(x):
    """The same in a while loop, with a class, and the record read in a test."""
    bracket, i = None, 0
    while i < len(x):
        if bracket is None or bracket.high > 3.0:
            bracket = Bracket(x[i] * (i + 1), np.sin(x[i]))
        else:
            bracket = Bracket(bracket.low + bracket.high, bracket.high * x[i])
        i += 1
    return bracket.low * bracket.high


PROGRAMS = [moved_by_name, narrowed_brackets, largest, pair_of, crossing, momentum, two_of_them, chosen_pair, in_a_while_loop, nested_loops]


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("program", [*PROGRAMS, in_single_precision], ids=lambda program: program.__name__)
def test_nothing_yet_is_in_loop_nests_what_it_is_in_numpy(program, length, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    compare(program, np.random.default_rng(length).normal(size=length), jit="auto")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_these_are_lowered_whole(program, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    account = value_and_grad(program, jit="auto").explain(np.ones(5))
    assert "compiled: all of it" in account, account


@pytest.mark.parametrize(
    "program", [moved_by_name, largest, pair_of, crossing, momentum, nested_loops], ids=lambda program: program.__name__
)
def test_compiled_they_do_so_too(program):
    for length in (12, 2):
        compare(program, np.random.default_rng(length).normal(size=length), jit=True)


def read_too_early(x):
    best = None
    for i in range(len(x)):
        if x[i] > 0.0:
            best = (x[i], i)
    return best[0] * x[0]


@pytest.mark.parametrize("disabled", [True, False], ids=["as Python", "compiled"])
def test_what_is_read_of_none_is_an_error_in_both_forms(disabled, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", disabled)
    compare(read_too_early, np.array([0.5, -1.0, 2.0]), jit=True)
    for jit in (True, False):
        with pytest.raises(TypeError):
            value_and_grad(read_too_early, jit=jit)(np.array([-0.5, -1.0, -2.0]))


def named_too_early(x):
    state = None
    for v in x:
        if v > 0.0:
            state = Motion(v, 2.0 * v)
    return state.place * x[0]


@pytest.mark.parametrize("disabled", [True, False], ids=["as Python", "compiled"])
def test_a_name_of_none_is_an_error_in_both_forms(disabled, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", disabled)
    compare(named_too_early, np.array([0.5, -1.0, 2.0]), jit=True)
    for jit in (True, False):
        with pytest.raises((AttributeError, TypeError)):
            value_and_grad(named_too_early, jit=jit)(np.array([-0.5, -1.0, -2.0]))


def chosen_matrix(x, z):
    one = np.tanh(0.5 * (z[[4, 3, 4, 1, 4]] @ np.cos(np.zeros((x.size, x.size))))) if np.linalg.norm(z[:-2] + 1.7) < 0.57 else z
    return np.zeros((len(z), 3)) + np.sum(one) + np.sum(x)


@pytest.mark.parametrize("disabled", [True, False], ids=["as Python", "compiled"])
def test_the_lengths_of_what_a_branch_did_not_make_are_not_asked_for(disabled, monkeypatch):
    """A half of a derivative that is compiled in part looks at the lengths of what the other half recorded."""
    monkeypatch.setattr(numba.config, "DISABLE_JIT", disabled)
    x, z, seed = np.ones(5), np.linspace(0.1, 0.9, 5), np.ones((5, 3))
    wanted, found = (vjp(chosen_matrix, x, z, cotangent=seed, jit=jit)[1] for jit in (False, "auto"))
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-14)
