"""`f.report(*args)`: what the reverse sweep records, where, how much, for which line's derivative, and why.

The bytes of the formula are compared with those that a run of the forward half hands over.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import programs
from s2s import differentiable, grad
from s2s.errors import UnsupportedConstruct
from s2s.report import measured, report_of
from s2s.testing import check_grads
from s2s.transforms import Transform

pytestmark = pytest.mark.core


def burgers(u, nu, steps):
    for k in range(steps):
        u[1:-1] = u[1:-1] + nu * u[1:-1] * (u[2:] - u[:-2])
    return np.sum(u**2)


def recurrence(x, n):
    for i in range(n):
        x = np.sin(x) * x
    return x


def square_root(x, a):
    while abs(x * x - a) > 1e-9:
        x = 0.5 * (x + a / x)
    return x


def pairs(x, n):
    s = 0.0
    for i in range(n):
        for j in range(i):
            s = s + np.cosh(x[j] * s)
    return s


def sometimes(x):
    s = 1.0
    for i in range(len(x)):
        if x[i] > 0.0:
            s = s * np.cosh(x[i])
    return s


def listed(x, n):
    states = [x]
    for i in range(n):
        states.append(np.tanh(states[-1]))
    return np.sum(states[-1])


def layered(x, w):
    y = np.tanh(w @ x)
    return np.sum(y[1:] ** 2)


def taking_turns(u, v, n):
    total = 0.0
    for _ in range(n):
        total = total + np.sum(u * u * v)
        u, v = v, u
    return total


def reversed_steps(x):
    s = x[0]
    for i in range(len(x) - 1, 0, -1):
        s = s * np.sin(s) + x[i]
    return s


def by_twos(x, n):
    s = x
    for i in range(1, n, 2):
        s = s * np.sin(s)
    return s


def average(u, steps):
    for k in range(steps):
        u[1:-1] = (u[:-2] + u[2:]) / 2.0
    return np.sum(u)


def line_of(function, text):
    """The number of the line in this file that has the text, in the function."""
    lines, first = inspect.getsourcelines(function)
    (found,) = (first + k for k, line in enumerate(lines) if text in line)
    return found


def report(function, *args):
    return report_of(Transform(function, None), args, {})


def agree(function, args):
    """A report whose bytes are those of a run."""
    made = report(function, *args())
    found = measured(Transform(function, None), args())
    assert {one.name: one.bytes for one in (*made.recorded, *made.kept)} == found
    assert made.bytes == sum(found.values())
    return made


def test_a_store_in_a_loop_as_text():
    made = agree(burgers, lambda: (np.linspace(0.0, 1.0, 10), 0.1, 5))
    line, last = line_of(burgers, "u[1:-1] ="), line_of(burgers, "return")
    assert (
        str(made)
        == f"""\
burgers: what its reverse sweep reads

recorded in loops:
  u_saved: u at test_report.py:{line} `u[1:-1] = u[1:-1] + nu * u[1:-1] * (u[2:] - u[:-2])`
      8 * steps * len(u) bytes, 400 for these arguments; read by the derivative of line {line}
      recorded: it is carried from iteration to iteration: the next one replaces it

kept outside loops:
  u: u at test_report.py:{line} `u[1:-1] = u[1:-1] + nu * u[1:-1] * (u[2:] - u[:-2])`
      8 * len(u) bytes, 80 for these arguments; read by the derivative of line {last}
      kept: outside loops nothing is computed again: it stays in memory

arguments that are read again: nu, steps

total: 8 * steps * len(u) + 8 * len(u) = 480 bytes"""
    )


def test_a_recurrence_of_numbers():
    made = agree(recurrence, lambda: (0.3, 7))
    carried, sine = made.recorded
    assert (carried.value, carried.formula, carried.bytes) == ("x", "8 * n", 56)
    assert (sine.value, sine.reason) == ("the result of np.sin", "np.sin costs more than a load")
    assert carried.loops == sine.loops == (line_of(recurrence, "for"),)
    assert carried.read_by == sine.read_by == (line_of(recurrence, "x ="),)
    assert (made.formula, made.bytes, made.kept) == ("16 * n", 112, ())
    assert made.primal_runs


def test_only_a_run_tells_the_trips_of_a_while_loop():
    made = report(square_root, 1.0, 2.0)
    (one,) = made.recorded
    line = line_of(square_root, "while")
    assert (one.formula, one.bytes, made.bytes) == (f"8 * trips_{line}", None, None)
    assert f"trips_{line}: the iterations of the loop at line {line}, which only a run can tell" in str(made)
    assert measured(Transform(square_root, None), (1.0, 2.0)) == {"x_saved": 32}


def test_a_triangle_of_iterations_is_a_sum():
    made = agree(pairs, lambda: (np.full(6, 0.1), 6))
    assert {one.formula for one in made.recorded} == {"8 * sum(i for i in range(n))"}
    assert {one.bytes for one in made.recorded} == {8 * 15}
    assert made.recorded[0].loops == (line_of(pairs, "for i"), line_of(pairs, "for j"))


def test_what_a_branch_may_leave_out_is_at_most_so_much():
    made = report(sometimes, np.array([0.1, -0.2, 0.3]))
    found = measured(Transform(sometimes, None), (np.array([0.1, -0.2, 0.3]),))
    (cosh,) = (one for one in made.recorded if one.value == "the result of np.cosh")
    assert cosh.sometimes
    assert (cosh.formula, cosh.bytes, found[cosh.name]) == ("8 * len(x)", 24, 16)
    assert "at most 8 * len(x) bytes" in str(cosh)
    assert not next(one for one in made.recorded if one.value == "s").sometimes


def test_a_list_of_arrays():
    made = report(listed, np.ones(4), 3)
    found = measured(Transform(listed, None), (np.ones(4), 3))
    assert {one.name for one in (*made.recorded, *made.kept)} == set(found)
    assert sum(found.values()) <= 2 * 4 * 8 * 4


def test_outside_loops_values_stay_in_memory():
    made = agree(layered, lambda: (np.ones(3), np.ones((4, 3))))
    (y,) = made.kept
    assert made.recorded == ()
    assert (y.value, y.formula, y.bytes) == ("y", "8 * w.shape[0]", 32)
    assert y.read_by == (line_of(layered, "np.tanh"), line_of(layered, "return"))
    assert made.arguments == ("x", "w")
    assert "recorded in loops: nothing" in str(made)


@pytest.mark.parametrize(
    ("function", "args", "formula", "count"),
    [(reversed_steps, (np.full(6, 0.3),), "(len(x) - 1)", 5), (by_twos, (0.3, 8), "len(range(1, n, 2))", 4)],
)
def test_bounds_and_steps(function, args, formula, count):
    made = agree(function, lambda: args)
    assert {one.formula for one in made.recorded} == {f"8 * {formula}"}
    assert {one.bytes for one in made.recorded} == {8 * count}


def test_a_linear_loop_records_nothing_and_is_not_run_for_the_gradient():
    made = agree(average, lambda: (np.ones(9), 4))
    assert (made.recorded, made.kept, made.bytes, made.formula) == ((), (), 0, "0")
    assert not made.primal_runs
    assert str(made).endswith("total: 0 bytes\nThe gradient alone does not run the function.")
    text = grad(average).source(np.ones(9), 4)
    assert "range(steps - 1, -1, -1)" in text
    assert "range(steps)" not in text


def test_decorated_functions_and_transforms_have_it():
    args = np.ones(5), 0.1, 3
    made = differentiable(burgers).report(*args)
    assert made == report(burgers, *args)
    by_u = grad(burgers).report(*args)
    assert [one.name for one in by_u.recorded] == ["u_saved"]


def test_without_arguments_there_are_no_numbers():
    made = differentiable(recurrence).report()
    assert made.bytes is None
    assert {one.value for one in made.recorded} >= {"x"}


# -------------------------------------------------------------------------------------------------- shapes and views
def smoothed(a, b, steps):
    """The lengths of a and b are not known to be equal: what is stored may be broadcast."""
    for t in range(steps):
        b[1:-1] = (a[:-2] + a[2:]) / 3.0
        a[1:-1] = (b[:-2] + b[2:]) / 3.0
    return np.sum(a) + np.sum(b)


def mixed(a, b, steps):
    """What is added may be broadcast: a slice of one axis may have length 1."""
    for t in range(steps):
        b[1:] = 0.5 * (a[:-1] - a[1:] + b[1:]) - b[:-1] / 3.0
        a[1:] = a[1:] - b[1:]
    return np.sum(a) + np.sum(b)


def rows(a):
    for i in range(1, a.shape[0]):
        row = a[i]
        for j in range(1, a.shape[1]):
            row[j] += row[j - 1]
    return np.sum(a)


def columns(a):
    for k in range(a.shape[1]):
        column = a.T[k]
        column[1::2] -= column[::2]
    return np.sum(a)


def filled(x, steps):
    u = np.zeros((steps + 1, x.size))
    u[0] = x
    for t in range(steps):
        u[t + 1] = 2.0 * u[t]
    return np.sum(u)


SHAPES = [
    (smoothed, (np.ones(6), np.ones(6), 3)),
    (mixed, (np.ones(6), np.ones(6), 3)),
    (rows, (np.ones((3, 4)),)),
    (columns, (np.ones((4, 3)),)),
    (filled, (np.ones(3), 4)),
]


@pytest.mark.parametrize(("function", "args"), SHAPES, ids=lambda value: getattr(value, "__name__", ""))
def test_nothing_is_recorded_for_its_shape_alone(function, args):
    made = report(function, *args)
    assert made.recorded == ()
    assert [one for one in made.kept if one.size.shape != ()] == []
    assert not made.primal_runs


@pytest.mark.parametrize(("function", "args"), SHAPES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_read_through_a_view_costs_what_is_read(function, args):
    """There are no zeros as long as a view in the reverse loop."""
    text = grad(function).source(*args)
    inside = [line for line in text.splitlines() if line.startswith(" " * 8)]
    assert not [line for line in inside if "zeros" in line]
    check_grads(function, args, order=1)


def spread(a, b, steps):
    for t in range(steps):
        b[1:] = 0.5 * (a[1:] + b[:-1]) * b[1:]
    return np.sum(b)


@pytest.mark.parametrize("length", [2, 5])
def test_a_shape_from_the_shapes_of_operands_that_are_broadcast_or_not(length):
    args = np.linspace(0.3, 1.0, length), np.linspace(0.5, 1.2, 5), 2
    check_grads(spread, args, order=2)


# ------------------------------------------------------------------------------------------------------- all programs
NAMES = sorted(info.name for info in pkgutil.iter_modules(programs.__path__) if not info.ispkg)
MODULES = [importlib.import_module(f"programs.{name}") for name in NAMES]
INDICES_OF_WHILE = {
    "fft_butterflies",
    "haar_wavelet",
    "radix_two_fft",
    "wavelet_lifting",
}  # what halves or doubles is carried by a while loop
linear = pytest.mark.parametrize(
    "module", [one for one in MODULES if getattr(one, "LINEAR", False)], ids=lambda m: m.__name__
)


@linear
def test_linear_programs_record_no_array(module):
    name = module.__name__.rpartition(".")[2]
    args = module.arguments(np.random.default_rng(0), 5)
    try:
        made = report(module.plain_sum, *args)
    except UnsupportedConstruct as refusal:
        pytest.skip(f"refused: {refusal}")
    if name in INDICES_OF_WHILE:
        assert all(one.size.shape == () for one in made.recorded)
    else:
        assert made.recorded == ()


@pytest.mark.parametrize(
    "name", ["lu_pivoting", "burgers_1d_copy", "lstm", "gram_schmidt", "kalman_filter", "row_reduction", "lorenz_96"]
)
def test_the_bytes_are_those_of_a_run(name):
    module = importlib.import_module(f"programs.{name}")
    made = report(module.loss, *module.arguments(np.random.default_rng(0), 5))
    found = measured(Transform(module.loss, None), module.arguments(np.random.default_rng(0), 5))
    for one in (*made.recorded, *made.kept):
        if one.bytes is not None:
            assert found[one.name] <= one.bytes if one.sometimes else found[one.name] == one.bytes, one
    assert any(one.bytes for one in made.recorded)


def test_names_that_change_places_come_from_the_loop():
    u = np.array([0.3, 0.7])
    text = str(differentiable(taking_turns).report(u, u + 1.0, 3))
    assert "for _ in range(n):" in text
    assert "len(u)" in text
