"""Functions that call themselves, in compiled code: what their calls record, arrays that they change, lists of their calls.

Each program is differentiated in both forms, with the loop nests run as Python, and is compiled without a seam; some are compiled.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import pytest

from lower.comparing import assert_whole, compare, compare_nests
from s2s import vjp

LENGTHS = (1, 2, 3, 8, 13)


# ------------------------------------------------------------------------------------------------------------- numbers
def simpson(f, a, b, depth):
    """A quadrature that halves the interval until both estimates agree."""
    m = 0.5 * (a + b)
    coarse = (b - a) / 6.0 * (f(a) + 4.0 * f(m) + f(b))
    fine = (b - a) / 12.0 * (f(a) + 4.0 * f(0.5 * (a + m)) + 2.0 * f(m) + 4.0 * f(0.5 * (m + b)) + f(b))
    if depth == 0 or abs(fine - coarse) < 1e-6:
        return fine
    return simpson(f, a, m, depth - 1) + simpson(f, m, b, depth - 1)


def quadrature(x):
    def peak(t):
        return 1.0 / (0.05 + (t - 0.3 * x[0]) ** 2) * math.exp(-t * x[-1])

    return simpson(peak, 0.0, 1.0 + x[0] ** 2, 6)


def power(base, exponent):
    if exponent == 0:
        return 1.0
    half = power(base, exponent // 2)
    return half * half * base if exponent % 2 else half * half


def powers(x):
    total = 0.0
    for i in range(len(x)):
        total += power(x[i], i + 2)
    return total


def fibonacci(k, a, b):
    return a if k == 0 else b if k == 1 else math.sin(fibonacci(k - 1, a, b)) + fibonacci(k - 2, a, b)


def two_calls(x):
    return fibonacci(7, x[0], x[-1])


# --------------------------------------------------------------------------------------------------------------- trees
def below(values, node):
    """A tree in an array: the children of a node are at 2k + 1 and 2k + 2."""
    if node >= len(values):
        return 0.0
    left, right = below(values, 2 * node + 1), below(values, 2 * node + 2)
    return values[node] + math.tanh(left * right + values[node])


def tree_walk(x):
    return below(x, 0)


def all_below(values, node, depth):
    """The children in a loop: a list of calls."""
    total = np.sin(values[node]) * depth
    for child in (2 * node + 1, 2 * node + 2):
        if child < len(values):
            total += values[node] * all_below(values, child, depth + 1)
    return total


def tree_walk_in_a_loop(x):
    return sum(all_below(x, k, 1) ** 2 for k in range(min(len(x), 2)))


def deep(values, k):
    """Lists that each call makes, and that the reverse sweep reads."""
    if k == 0:
        return np.sum(values**2)
    seen = []
    v = values[0]
    for i in range(k):
        v = np.sin(v * values[i % len(values)])
        seen.append(v)
    return sum(seen) * deep(values * 0.9, k - 1)


def lists_in_calls(x):
    return deep(x, 4)


# -------------------------------------------------------------------------------------------------------------- arrays
def halves(v):
    """Sums of squares by halves, of arrays of any length."""
    n = len(v)
    if n == 1:
        return v[0] * v[0]
    return halves(v[: n // 2]) + 0.5 * halves(v[n // 2 :]) * v[0]


def by_halves(x):
    return halves(x)


def transform(v):
    """A Haar transform: the array that a call gives is part of the caller's."""
    n = len(v)
    if n < 2:
        return v * 1.0
    mean, difference = 0.5 * (v[: n // 2 * 2 : 2] + v[1::2]), v[: n // 2 * 2 : 2] - v[1::2]
    result = np.zeros(n)
    result[: n // 2] = transform(mean)
    result[n // 2 : n // 2 * 2] = np.tanh(difference)
    return result


def haar(x):
    return np.sum(transform(x) ** 3)


def relax(u, level):
    """An array that each call changes in place."""
    for i in range(1, len(u) - 1):
        u[i] = 0.5 * (u[i - 1] + u[i + 1]) + 0.1 * u[i] ** 2
    if level > 0:
        relax(u, level - 1)
        u[0] *= u[-1]


def in_place(x):
    u = x.copy()
    relax(u, 3)
    return np.sum(u * np.cos(u))


def rows_first(m, k):
    if k == 0:
        return m[0] * 1.0
    return np.sin(m[k] * rows_first(m, k - 1))


def transposed(x):
    """What is given is no array in order."""
    m = np.outer(x, np.cos(x)).T
    return np.sum(rows_first(m, len(x) - 1))


# ---------------------------------------------------------------------------------------------------------- each other
def even(v, k):
    return v[0] if k == 0 else odd(v, k - 1) * v[k % len(v)]


def odd(v, k):
    return np.exp(-v[0]) if k == 0 else even(v, k - 1) + v[k % len(v)] ** 2


def by_turns(x):
    return even(x, 6) + odd(x, 4)


SCALE = np.array([0.5, 2.0])


def scaled(v, k):
    return np.sum(v) * SCALE[k % 2] if k == 0 else scaled(v * SCALE[k % 2], k - 1) * v[0]


def from_outside(x):
    """What is read from the module, an array too."""
    return scaled(x, 3)


PROGRAMS = [
    quadrature, powers, two_calls, tree_walk, tree_walk_in_a_loop, lists_in_calls, by_halves, haar, in_place, transposed, by_turns,
    from_outside,
]  # fmt: skip


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_recursion_gives_in_loop_nests_what_it_gives_in_numpy(program, length, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    compare(program, np.random.default_rng(length).uniform(0.3, 1.2, size=length), jit="auto")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_these_are_lowered_whole(program, monkeypatch):
    assert_whole(program, 5, monkeypatch)


@pytest.mark.parametrize("program", [quadrature, in_place, transposed], ids=lambda program: program.__name__)
def test_compiled_they_do_so_too(program):
    for length in (8, 3):
        compare(program, np.random.default_rng(length).uniform(0.3, 1.2, size=length), jit=True)


# ------------------------------------------------------------------------------------- values that hold their own kind
def grown(points, depth):
    """A tree: its middle, how many there are, and the trees to both sides, or None."""
    if len(points) == 0:
        return None
    middle = sum(points) / len(points)
    if len(points) == 1 or depth == 0:
        return middle, len(points), None, None
    left = grown([p for p in points if p < middle], depth - 1)
    return middle, len(points), left, grown([p for p in points if p >= middle], depth - 1)


def pull(tree, x):
    if tree is None:
        return 0.0
    middle, count, left, right = tree
    if left is None and right is None:
        return count / (abs(x - middle) + 0.3)
    return pull(left, x) + pull(right, x)


def forces(x):
    tree = grown(list(x), 3)
    return sum(pull(tree, p) for p in x)


def test_a_tree_of_tuples_is_numpy_code(monkeypatch):
    """What is known of such a tuple has no end; it is compiled in part, also as a pullback that is asked for again."""
    compare_nests(forces, 6, monkeypatch)
    x = np.random.default_rng(6).normal(size=6)
    (found,), (expected,) = (vjp(forces, x, jit=jit)[1](1.0) for jit in ("auto", False))
    np.testing.assert_allclose(found, expected, rtol=1e-11)
