"""`boundscheck=True`: compiled code looks at every index, and an error names the user's line, the array, the axis, the index."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import s2s
from s2s import OutOfBounds, differentiable, grad, hessian, jacfwd, jvp, value_and_grad, vjp
from s2s.lower.ranges import Ranges

pytestmark = pytest.mark.core

X, W = np.linspace(1.0, 2.0, 8), np.ones(6)


def picked(x, rows, w):
    s = 0.0
    for i in range(len(rows)):
        s += x[rows[i]] * w[i + 1] ** 2
    y = x[1:-1] * 2.0
    return s + np.sum(y[::2]) + x[-1]


def line_of(function, text: str) -> int:
    lines, first = inspect.getsourcelines(function)
    (number,) = [first + k for k, line in enumerate(lines) if text in line]
    return number


def told(call) -> OutOfBounds:
    with pytest.raises(OutOfBounds) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("bad", [8, -9, 1000])
def test_an_index_that_is_read_from_an_array(bad):
    rows = np.array([1, 2, bad, -8])
    error = told(lambda: grad(picked, jit=True, boundscheck=True)(X, rows, W))
    assert (error.index, error.array, error.axis, error.size) == (bad, "x", 0, 8)
    assert (error.file, error.line) == (__file__, line_of(picked, "x[rows[i]]"))
    assert isinstance(error, IndexError)
    lines = str(error).splitlines()
    assert lines[0].endswith(f": index {bad} is out of bounds for axis 0 of x, which has size 8")
    assert lines[1].strip() == "s += x[rows[i]] * w[i + 1] ** 2"
    assert lines[2].strip().startswith("^^^")
    assert error.__cause__ is None
    assert error.__suppress_context__


def test_the_numbers_are_those_of_the_other_code():
    rows = np.array([1, 2, 7, -8])
    for transform in (grad, jacfwd, hessian, lambda *args, **options: lambda *x: value_and_grad(*args, **options)(*x)[1]):
        found = transform(picked, jit=True, boundscheck=True)(X, rows, W)
        np.testing.assert_allclose(found, transform(picked, jit=False)(X, rows, W), rtol=1e-12)


def stored(a, rows, k):
    b = a.copy()
    b[rows, 1] = 0.0
    t = 0.0
    for i in range(b.shape[0]):
        for j in range(b.shape[1]):
            t += b[i, j] * b[i - 1, k]
    return t


@pytest.mark.parametrize(
    ("rows", "k", "text", "axis"),
    [([0, 4], 1, "b[rows, 1]", 0), ([-5, 2], 0, "b[rows, 1]", 0), ([0, 2], 3, "t +=", 1)],
)
def test_stores_and_two_axes_in_both_modes(rows, k, text, axis):
    a, rows = np.arange(12.0).reshape(4, 3), np.array(rows)
    for call in (
        lambda: grad(stored, jit=True, boundscheck=True)(a, rows, k),
        lambda: jvp(stored, (a, rows, k), (a, None, None), jit=True, boundscheck=True),
        lambda: vjp(stored, a, rows, k, cotangent=1.0, jit="auto", boundscheck=True),
        lambda: differentiable(stored, jit=True, boundscheck=True).grad(a, rows, k),
    ):
        error = told(call)
        assert (error.line, error.axis) == (line_of(stored, text), axis)


def shifted(x):
    s = 0.0
    for i in range(len(x) - 1):
        s += x[i] * x[i + 1]
    return s


def test_also_what_is_proved_is_looked_at():
    text = grad(shifted, jit=True, boundscheck=True).source(X, lowered=True)
    assert "x[checked(i + 1, x.shape[0], " in text
    assert "checked" not in grad(shifted, jit=True).source(X, lowered=True)


def too_far(x, n):
    s = 0.0
    for i in range(n):
        s += x[i] * x[i]
    return s


def test_a_proof_that_is_wrong_is_found(monkeypatch):
    monkeypatch.setattr(Ranges, "is_on", lambda self, atom, axis: True)

    def far(x, n):
        return too_far(x, n)

    error = told(lambda: grad(far, jit=True, boundscheck=True)(X, 11))
    assert (error.index, error.size, error.line) in [(10, 8, line_of(too_far, "x[i] * x[i]")), (8, 8, line_of(too_far, "x[i] * x[i]"))]


def test_without_compiling_numpy_looks_at_indices():
    with pytest.raises(IndexError, match="index 9 is out of bounds for axis 0 with size 8"):
        grad(picked, jit=False, boundscheck=True)(X, np.array([9]), W)


def test_words_that_are_no_choice_are_refused():
    with pytest.raises(s2s.S2SError, match="boundscheck is 'all': it may be True or False"):
        grad(picked, boundscheck="all")
