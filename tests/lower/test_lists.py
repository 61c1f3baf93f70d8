"""Lists that a program makes itself, in compiled code: reads at any index, aliases, stacks, cotangents, what stays a list.

Each program is differentiated in both forms at lengths from 0 on, with the loop nests run as Python; where NumPy code raises an
error, the compiled form raises one of the same class.  Those marked as whole are compiled without a seam.
"""

from __future__ import annotations

import numba
import numpy as np
import pytest

from s2s import value_and_grad
from s2s_runtime import tree

LENGTHS = (0, 1, 2, 3, 9, 17)


# ------------------------------------------------------------------------------------------------------------- numbers
def chosen_ones(x):
    """As many items as the numbers say, and a read counted from behind."""
    kept = []
    for i in range(len(x)):
        if x[i] > 0.0:
            kept.append(x[i] * x[i])
    return sum(kept) + (kept[-1] if len(kept) > 0 else 0.0)


def comprehension(x):
    """An array of a list."""
    y = np.array([np.sin(v) * v for v in x])
    return np.sum(y * y) + np.sum(y)


def stack_of_numbers(x):
    """Items come and go; an item that went leaves its place to another one."""
    stack = [1.0]
    total = 0.0
    for i in range(len(x)):
        stack.append(x[i] * stack[-1])
        if i % 3 == 2:
            total += stack.pop() * stack.pop()
            stack.append(total * 0.5)
    while len(stack) > 1:
        total += np.cos(stack.pop())
    return total


def pops_too_often(x):
    items = []
    for i in range(len(x)):
        items.append(x[i] * x[i])
    total = 0.0
    for i in range(3):
        total += items.pop() * (i + 1)
    return total * x[-1]


def out_of_range(x):
    """The index is there for some lengths only, on either side."""
    items = [x[0] * 2.0]
    for i in range(1, len(x)):
        items.append(items[-1] * x[i])
    return items[2] * items[-3] + items[len(x) - 1]


def below_the_start(x):
    items = []
    for i in range(len(x)):
        items.append(x[i] ** 2)
    return items[-len(x) - 1] if len(x) > 4 else items[-len(x)]


def two_names(x):
    """One list with two names: what one changes the other one sees."""
    items = [0.0]
    other = items
    for i in range(len(x)):
        other.append(x[i])
        items[0] += x[i] * x[i]
    return other[0] * items[-1] + sum(items)


def a_copy(x):
    """A copy keeps what the list was."""
    items = [1.0]
    for i in range(len(x)):
        items.append(x[i])
    before = list(items)
    for i in range(len(items)):
        items[i] = items[i] * items[i]
    return sum(items) + 3.0 * sum(before) + before[-1] * items[-1]


def changed_while_held(x):
    """The list of one iteration is held by the next one."""
    items = [1.0, 2.0]
    total = 0.0
    for i in range(len(x)):
        before = items[:]
        items[i % 2] = items[(i + 1) % 2] * x[i]
        total += before[0] * items[1] + before[1]
    return total


def filled(x):
    """A list of one length, filled from behind, and read before it is written to."""
    n = len(x)
    values = [0.5] * n
    for k in range(n - 1, -1, -1):
        values[k] = values[k] + x[k] * (values[k + 1] if k + 1 < n else 1.0)
    return sum(v * v for v in values)


def extended(x):
    items = [x[0]] if len(x) > 0 else []
    for i in range(len(x)):
        items.extend([x[i], x[i] * x[0]])
    more = []
    more.extend(items)
    more += items
    return sum(more) * (more[1] if len(more) > 1 else 1.0)


def slices(x):
    items = []
    for i in range(len(x)):
        items.append(np.tanh(x[i]))
    total = 0.0
    for v in items[1:]:
        total += v * v
    for v in items[::-2]:
        total -= 0.3 * v
    for v in items[-3:1]:
        total += v**3
    return total


def whole_numbers(x):
    """Integers that choose: they carry no derivative."""
    places = [0]
    for i in range(len(x)):
        places += [i, 0]
    total = 0.0
    for k in places:
        if len(x) > 0:
            total += x[k] * x[k - 1]
    return total + len(places)


def passed_on(x):
    """A list that a helper changes."""
    seen = []
    for i in range(len(x)):
        push(seen, x[i])
    return seen[0] * seen[-1] if seen else 0.0


def push(items, value):
    if value > 0.1:
        items.append(value)
    else:
        items.append(np.exp(value))


def in_branches(x):
    """A list that is another one in each arm."""
    items = [1.0]
    for i in range(len(x)):
        items = [*items, x[i]] if i % 2 == 0 else [x[i] * items[-1]]
    return sum(items)


# -------------------------------------------------------------------------------------------------------------- arrays
def rows(x):
    """Rows of one length; a row that was read is held while the list changes."""
    table = [x]
    for i in range(4):
        table.append(np.sin(table[-1]) * 0.5 + table[0])
    first = table[0]
    table[0] = table[1] * 2.0
    return np.sum(first * table[0]) + np.sum(table[-2] * table[2])


def rows_changed(x):
    """Entries of a row in a list."""
    table = []
    for i in range(3):
        table.append(np.zeros(len(x)))
    for i in range(3):
        for j in range(len(x)):
            table[i][j] = x[j] * (i + 1)
            table[i - 1][j] += x[j] * x[j]
    return np.sum(table[0] * table[1]) + np.sum(table[2])


def queue_of_rows(x):
    """A history of the last few: the first one leaves."""
    history = [x, x * 0.5]
    for t in range(5):
        new = 0.4 * history[-1] + 0.3 * history[0] * x
        history.append(new)
        history.pop(0)
    return np.sum(history[-1] * history[0])


def stacked(x):
    states = []
    y = x
    for t in range(4):
        y = np.tanh(y) + 0.1 * x
        states.append(y)
    table = np.stack(states)
    return np.sum(table**2) + np.sum(np.sin(np.array(states)[1:]))


def of_other_shapes(x):
    """Arrays of differing lengths stay in a list."""
    parts = []
    for i in range(len(x)):
        parts.append(x[: i + 1] * 2.0)
    total = 0.0
    for part in parts:
        total += np.sum(part) * part[-1]
    return total


def shrinking(x):
    """Each iteration appends an array that is shorter than the one before."""
    parts = []
    y = x * 2.0
    for i in range(len(x)):
        parts.append(y * y)
        y = y[1:] * 0.5
    total = np.sum(y)
    for part in parts:
        total += np.sum(part * part) * part[0]
    return total


def shorter_in_one_arm(x):
    parts = []
    for i in range(len(x)):
        y = np.sin(x) if x[i] > 0.0 else x[i:] * 3.0
        parts.append(y)
    return sum(np.sum(part) * part[-1] for part in parts)


def of_two_shapes(x):
    parts = [x, x[: len(x) // 2 + 1]]
    parts.append(x[: len(x) // 2] * 2.0)
    for i in range(len(x)):
        parts[i % 2] = parts[(i + 1) % 2] * x[i]
    return sum(np.sum(part) for part in parts)


def lists_in_a_list(x):
    table = []
    for i in range(3):
        row = []
        for j in range(len(x)):
            row.append(x[j] * (i + j))
        table.append(row)
    return sum(table[2]) + (table[-1][-1] if len(x) > 0 else 0.0)


def of_several_dtypes(x):
    """Integers and floats in one list."""
    items = [1, 2.5]
    for i in range(len(x)):
        items.append(x[i])
        items.append(i)
    total = 0.0
    for v in items:
        total += v * 0.5
    return total * items[-1]


def clipped(x):
    """A number that is clipped, and one that is looked up."""
    return np.clip(np.sum(x), -1.0, 1.0) * 2.0 + np.interp(np.sum(x), np.linspace(0.0, 1.0 + np.sum(x * x), 5), np.arange(5.0))


def extremes(x):
    """The largest and the least of what a list holds, which must not be empty."""
    sums, total = [], 0.0
    for v in x:
        total = 0.9 * total + v
        sums += [total]
    sums = np.asarray(sums)
    return np.sum(sums[1:] * sums[:-1]) + max(sums) - min(sums)


WHOLE = (
    chosen_ones, comprehension, stack_of_numbers, pops_too_often, out_of_range, below_the_start, two_names, a_copy, changed_while_held,
    filled, extended, slices, whole_numbers, passed_on, in_branches, rows, rows_changed, stacked, extremes,
)  # fmt: skip
OTHERS = (queue_of_rows, of_other_shapes, shrinking, shorter_in_one_arm, of_two_shapes, lists_in_a_list, of_several_dtypes)


def numbers(n):
    return np.random.default_rng(7).normal(size=n)


def attempted(run, *args):
    """What a program gives, or the class of the error that it raises."""
    try:
        return run(*args)
    except (IndexError, ValueError, TypeError, ZeroDivisionError) as error:
        return type(error)


def agree(found, expected, what):
    if isinstance(expected, type) or isinstance(found, type):
        assert found is expected, what
        return
    for one, other in zip(tree.flatten(found)[0], tree.flatten(expected)[0], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12, err_msg=str(what))


@pytest.mark.parametrize("program", [*WHOLE, *OTHERS], ids=lambda program: program.__name__)
def test_what_lists_give_is_what_python_gives(program, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    compiled, plain = value_and_grad(program, jit="auto"), value_and_grad(program, jit=False)
    for n in LENGTHS:
        x = numbers(n)
        agree(attempted(compiled, x), attempted(plain, x), (program.__name__, n))


@pytest.mark.parametrize("program", WHOLE, ids=lambda program: program.__name__)
def test_these_are_lowered_whole(program, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    gradient = value_and_grad(program, jit=True)
    gradient(numbers(4))
    assert "compiled: all of it" in gradient.explain(numbers(4))


@pytest.mark.parametrize("program", [stack_of_numbers, pops_too_often, filled, clipped, extremes], ids=lambda program: program.__name__)
def test_compiled_they_do_so_too(program):
    compiled, plain = value_and_grad(program, jit=True), value_and_grad(program, jit=False)
    for n in (17, 3, 0):
        agree(attempted(compiled, numbers(n)), attempted(plain, numbers(n)), (program.__name__, n))
