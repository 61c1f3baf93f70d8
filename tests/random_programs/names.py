"""Small programs in which names, lists, dicts and objects pass arrays on to one another, in loops and branches that may not run.

What a store through one name changes for another depends on how often a loop ran and on which branch did: where that cannot be
said, the program must be refused.  Each name counts in the result with a weight of its own, so that no mistake cancels another.
In: decisions.  Out: the lines of a program, and its arguments.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from random_programs.choices import Choices

PASSED = [
    "y = x", "x = y", "z = y", "z = x", "y = x[:1]", "y = x[:]", "z = x[-1:]", "x, y = y, x", "y, z = z, y",
    "w = [y, x]", "w = [x, z]", "w[0] = x", "w[1] = y", "y = w[-1]", "x = w[0]", "w = [w[1], w[0]]", "w.append(y)", "w = w[1:]",
    "w = list(w)", "w = [0.5 * x, y]", "v = {'a': x, 'b': y}", "v['a'] = z", "y = v['a']", "v = {'a': w[0], 'b': x}", "v = dict(v)",
    "w.insert(0, z)", "y = w.pop() if len(w) > 1 else x", "w.reverse()", "w[0], w[-1] = w[-1], w[0]", "w = [x] + w",
    "w += [z]", "w = w[:1] + [y]",
    "w = [part for part in w]", "v = {**v, 'a': x}", "y = v.get('a')", "v.update(b=z)", "x, y = (y, x) if n > 0 else (x, y)",
    "y = x if n > 0 else z", "x = x.reshape(-1)", "y = x.ravel()", "z = np.asarray(y)",
    "x, y = swapped(x, y)", "y = same(z)", "hold(q, y)", "z = first(w)",
    "q = State(x, y)", "q.u = z", "z = q.u", "q = State(q.v, q.u)", "q = State(x, q.v)", "p = (x, z)", "y = p[1]", "p = (p[1], y)",
]  # fmt: skip
"""Statements after which something has another holder."""

CHANGED = [
    "x = 2.0 * x", "y = 3.0 * y", "z = 0.5 * z", "q.u = q.u + q.v", "x[0] = 0.5", "y[0] = 0.25", "z[0] = 0.125", "x += 1.0", "y *= 0.5",
    "w = [2.0 * part for part in w]", "bump(y)", "bump(w[0])", "x[:] = y[-1]", "np.sin(x, out=x)", "z[-1] += x[0]", "z[:1] = 0.4",
    "w[-1][0] = 0.3", "v['b'][0] = 0.7", "q.v[0] = 0.9", "p[0][0] = 0.6", "s += np.sum(y)", "s += np.sum(x)", "s += np.sum(z)",
]  # fmt: skip
"""Statements that make an array, change one, or read one."""

HELPERS = [
    "def swapped(a, b):", "    return b, a",
    "def same(a):", "    return a",
    "def first(parts):", "    return parts[0]",
    "def hold(state, a):", "    state.v = a",
    "def bump(a):", "    a[0] += 0.2",
]  # fmt: skip

START = [
    "x, y, z, s = 1.0 * x, 3.0 * x, 5.0 * x, 0.0",
    "w, v = [y + 1.0, x - 2.0], {'a': x + 0.5, 'b': x - 0.25}",
    "q, p = State(2.5 * x, 1.5 * x), (0.1 * x, 0.2 * x)",
]
HELD = ["x", "y", "z", "w[0]", "w[-1]", "v['a']", "v['b']", "q.u", "q.v", "p[0]", "p[1]"]
TESTS = ["n > 0", "m > 1", "x[0] > 0.0"]
EXITS = ["if m > 1:", "if n > 1:", "if x[0] > 0.9:"]


def lines(choices: Choices) -> list[str]:
    """The function `f(x, m, n)`, and what it calls."""
    result = " + ".join(["s", *(f"{k + 1}.0 * np.sum({name})" for k, name in enumerate(HELD))])
    body = [*START, *block(choices, 2, choices.integer(3, 7)), f"return {result}"]
    return [*HELPERS, "def f(x, m, n):", *(f"    {line}" for line in body)]


def block(choices: Choices, depth: int, count: int) -> list[str]:
    """Statements, in loops and branches at most so deep."""
    found: list[str] = []
    for _ in range(count):
        kind = choices.integer(0, 9) if depth else 9
        if kind < 2:
            found.append(f"for {'ijk'[depth]} in range({choices.pick('mn')}):")
            found += inner(choices, depth, 3)
            if choices.chance(15):
                found += [f"    {choices.pick(EXITS)}", "        break"]
        elif kind < 4:
            found += [f"if {choices.pick(TESTS)}:", *inner(choices, depth, 3)]
            if choices.chance(60):
                found += ["else:", *inner(choices, depth, 2)]
        else:
            found.append(choices.pick(PASSED if choices.chance(65) else CHANGED))
    return found


def inner(choices: Choices, depth: int, most: int) -> list[str]:
    return [f"    {line}" for line in block(choices, depth - 1, choices.integer(1, most))]


def arguments(choices: Choices) -> tuple[Any, ...]:
    """An array of two entries, and how often the loops run."""
    return np.array([-1.1, 0.37]), choices.integer(0, 2), choices.integer(0, 2)
