"""What loops in loops record: as much as their inner loops read, and not the arrays around them.

The numbers that a run of the forward half hands over are counted at two sizes; `recorded.txt` has them for
every program.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import numpy as np
import pytest

import programs
from s2s import grad
from s2s.errors import S2SError
from s2s.report import measured, report_of
from s2s.testing import check_grads
from s2s.transforms import Transform
from s2s_runtime import tree

pytestmark = pytest.mark.core


def transform_of(function, args):
    """By all arguments that hold floating-point numbers."""
    return Transform(function, tuple(k for k, arg in enumerate(args) if any(map(tree.is_differentiable, tree.flatten(arg)[0]))))


def recorded(function, args):
    """(the report, the bytes that loops record in a run)."""
    transform = transform_of(function, args)
    made = report_of(transform, args, {})
    found = measured(transform, tree.copy(args))
    return made, sum(found[one.name] for one in made.recorded)


# ------------------------------------------------------------------------------------------------------- small programs
def solved(A, b):
    """Each row of A is divided by its pivot and then read entry by entry, in the loop inside."""
    x = np.zeros_like(b)
    for i in range(len(b)):
        A[i] = A[i] / A[i, i]
        s = b[i]
        for j in range(i):
            s -= A[i, j] * x[j]
        x[i] = s
    return np.sum(x**2)


def shifted(A, steps):
    """One number in each iteration of the inner loop is read of a matrix that the outer loop changes."""
    s = 0.0
    for t in range(steps):
        for i in range(A.shape[0]):
            s += A[i, 0] * A[i, 0]
        A[:, :-1] = 0.5 * A[:, 1:]
    return s


def whole(x, steps):
    """The inner loop reads all of x, so x costs no more than what is read."""
    s = 0.0
    for t in range(steps):
        for i in range(1, len(x)):
            s += x[i] * x[i - 1]
        x = x * x
    return s


def in_an_arm(A, b):
    for i in range(len(b)):
        if b[i] > 0.0:
            for j in range(i):
                b[i] -= A[i, j] * A[j, i]
            A[i, i] = np.sin(b[i])
        else:
            A[i, i] = b[i]
    return np.sum(A * A)


def until(A, limit):
    """The inner loop stops by itself."""
    total = 0.0
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            if A[i, j] > limit:
                break
            total += A[i, j] ** 3
        A[:, i] = A[:, i] * A[i, i]
    return total


def while_inside(A, n):
    s = 1.0
    for i in range(n):
        k = 0
        while k < i:
            s = s + A[i, k] * A[k, i]
            k += 1
        A[i] = s * A[i]
    return s


def three_deep(A):
    n = len(A)
    for k in range(n):
        for i in range(k + 1, n):
            for j in range(k, n):
                A[i, j] = A[i, j] + np.tanh(A[i, k]) * A[k, j]
    return np.sum(A * A)


def relaxed(A, steps):
    """What a sweep stores the next one stores again."""
    for t in range(steps):
        for i in range(1, len(A)):
            for j in range(1, len(A)):
                A[i, j] = A[i, j] * A[i - 1, j] + A[i, j - 1]
    return np.sum(A)


def momenta(U, steps):
    """The first axis of U is met at 0 and 1 only."""
    s = 0.0
    for t in range(steps):
        for i in range(1, U.shape[1]):
            s += U[0, i] * U[1, i] * U[0, i - 1] * U[1, i - 1]
        U[0, :] = U[0, :] * s
        U[1, :] = U[1, :] * U[1, :]
    return s


def sweep_of_rows(starts, columns, data, x):
    """The rows of a sparse matrix: each iteration of the outer loop reads a few entries of x."""
    for i in range(len(starts) - 1):
        s = 0.0
        for p in range(starts[i], starts[i + 1]):
            s += data[p] * x[columns[p]]
        x[i] = np.sin(s)
    return np.sum(x)


def square(n):
    return np.linspace(0.1, 0.9, n * n).reshape(n, n)


def rows(n):
    return np.arange(0, 2 * n + 1, 2), np.arange(2 * n) * 7 % n, np.linspace(0.3, 0.8, 2 * n), np.linspace(0.1, 1.0, n)


NESTS = {
    "solved": (solved, lambda n: (square(n) + np.eye(n), np.linspace(0.2, 1.0, n)), 2),
    "shifted": (shifted, lambda n: (square(n), n), 2),
    "whole": (whole, lambda n: (np.linspace(0.2, 1.0, n), n), 2),
    "in_an_arm": (in_an_arm, lambda n: (square(n), np.linspace(-0.3, 1.0, n)), 2),
    "until": (until, lambda n: (square(n), 0.7), 2),
    "while_inside": (while_inside, lambda n: (0.1 * square(n), n), 2),
    "three_deep": (three_deep, lambda n: (square(n) / n,), 3),
    "relaxed": (relaxed, lambda n: (0.3 * square(n), n), 3),
    "momenta": (momenta, lambda n: (np.stack([np.linspace(0.1, 0.4, n), np.linspace(0.2, 0.5, n)]), n), 2),
    "sweep_of_rows": (sweep_of_rows, rows, 1),
}
nests = pytest.mark.parametrize("name", NESTS)


@nests
def test_no_more_numbers_than_iterations(name):
    """Twice as long, 2 to the power of the depth as many iterations: and so many more numbers, at most."""
    function, arguments, depth = NESTS[name]
    small, large = (recorded(function, arguments(n))[1] for n in (10, 20))
    assert large <= small * 2 ** (depth + 0.25)


@nests
def test_the_derivatives(name):
    function, arguments, _ = NESTS[name]
    check_grads(function, arguments(4), order=2)


@nests
def test_the_report_tells_the_bytes_of_a_run(name):
    function, arguments, _ = NESTS[name]
    transform = transform_of(function, arguments(5))
    made, found = report_of(transform, arguments(5), {}), measured(transform, arguments(5))
    assert {one.name for one in (*made.recorded, *made.kept)} == set(found)
    for one in (*made.recorded, *made.kept):
        assert one.bytes is None or (found[one.name] <= one.bytes if one.sometimes else found[one.name] == one.bytes), one


def test_the_whole_array_where_its_entries_cost_as_much():
    made, _ = recorded(whole, (np.linspace(0.2, 1.0, 6), 3))
    assert [(one.value, one.formula) for one in made.recorded] == [("x", "8 * steps * len(x)")]


def test_an_axis_that_is_met_at_known_places_is_short():
    made, _ = recorded(momenta, NESTS["momenta"][1](6))
    assert "8 * steps * U.shape[0] * U.shape[1]" in [one.formula for one in made.recorded if one.value == "U"]


def test_lists_in_lists_have_short_names():
    text = grad(relaxed).source(square(4), 2)
    assert "A_saved_t.append(A_saved_ti)" in text
    assert "saved_saved" not in text


# --------------------------------------------------------------------------------------------------------- all programs
ORDERS = {"row_reduction": 3, "gauss_jordan": 3, "lu_pivoting": 3, "gram_schmidt": 3, "jacobi_rotations": 3}
FILLED = ["lu", "lu_slices", "cholesky", "cholesky_slices", "ludcmp", "trisolv", "tridiagonal", "dynamic_time_warping"]


@pytest.mark.parametrize("name", ORDERS)
def test_programs_record_no_more_than_they_compute(name):
    module = importlib.import_module(f"programs.{name}")
    small, large = (recorded(module.loss, module.arguments(np.random.default_rng(0), n))[1] for n in (8, 16))
    assert 0 < large <= small * 2 ** (ORDERS[name] + 0.25)


@pytest.mark.parametrize("name", FILLED)
def test_programs_that_fill_arrays_record_nothing(name):
    """What they read of them is still there behind the loop."""
    module = importlib.import_module(f"programs.{name}")
    assert recorded(module.loss, module.arguments(np.random.default_rng(0), 6))[1] == 0


TABLE = Path(__file__).parent / "recorded.txt"
NAMES = sorted(info.name for info in pkgutil.iter_modules(programs.__path__) if not info.ispkg)
SLACK = 1.1
"""Loops that stop where numbers are small may take one more iteration elsewhere."""


@pytest.fixture(scope="module")
def table(request):
    """The bytes that each program hands over; with --update-golden, what they are now is written behind the tests."""
    lines = (line.split() for line in TABLE.read_text(encoding="utf-8").splitlines())
    known = {name: int(number) for name, number in lines}
    yield known
    if request.config.getoption("--update-golden"):
        TABLE.write_text("".join(f"{name} {known[name]}\n" for name in sorted(known)), encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_no_program_hands_over_more_than_before(name, table, updating):
    module = importlib.import_module(f"programs.{name}")
    args = module.arguments(np.random.default_rng(0), 6)
    try:
        found = sum(measured(transform_of(module.loss, args), args).values())
    except S2SError as refusal:
        pytest.skip(f"refused: {refusal}")
    if updating:
        table[name] = found
    if name not in table:
        pytest.skip("not in the table yet: pytest --update-golden writes it there")
    assert found <= SLACK * table[name]
