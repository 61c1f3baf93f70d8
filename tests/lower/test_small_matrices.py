"""Linear algebra of a few rows, written out: the entries that LAPACK gives, its errors, and matrices that need other rows first."""

from __future__ import annotations

import re
import types

import numba
import numpy as np
import pytest

from s2s import value_and_grad

SOLVABLE = [
    np.array([[4.0]]),
    np.array([[0.0, 2.0], [3.0, 1.0]]),
    np.array([[1e-80, 1.0], [1.0, 1.0]]) * 1e-50,
    np.array([[1.0, 2.0, -1.0], [2.0, 4.0, 1.0], [0.5, -3.0, 2.0]]),
    np.array([[0.0, 0.0, 2.0], [0.0, -3.0, 1.0], [5.0, 1.0, 0.0]]),
    np.array([[1.0, 1.0, 1.0], [1.0, 1.0 + 1e-9, 2.0], [3.0, 1.0, 1.0]]),
]


def by_inverse(A, b):
    return np.sum(np.linalg.inv(A) * np.arange(1.0, 1 + A.size).reshape(A.shape)) + b[0]


def by_solving(A, b):
    x = np.linalg.solve(A, b)
    return x @ x + x[0]


def by_columns(A, b):
    X = np.linalg.solve(A, np.outer(b, b) + A.T)
    return np.sum(X * X)


def by_determinant(A, b):
    return np.linalg.det(A * b) + 2.0 * np.linalg.det(A)


def in_a_loop(A, b):
    x, total = b.copy(), 0.0
    for k in range(4):
        x = np.linalg.solve(A + 0.1 * k * np.eye(len(b)), np.tanh(x))
        total += np.log(np.linalg.det(A) ** 2) * x[0]
    return total


def by_a_number(A, b):
    found = np.linalg.inv(A)
    total = 0.0
    for i in range(len(b)):
        total += found[i, i] * b[i]
    return total


def written_out(loss, A, b):
    """The derivative for matrices of this size alone: one that has met another size is written for all sizes."""
    own = types.FunctionType(loss.__code__, loss.__globals__, loss.__name__)
    gradient = value_and_grad(own, (0, 1), jit=True)
    text = gradient.source(A, b, lowered=True)
    assert not re.search(r"^[^#]*linalg\.(?!LinAlgError)", text, re.MULTILINE)
    return gradient(A, b)


@pytest.fixture(autouse=True)
def loops_in_python(monkeypatch):
    """But for the tests that are said to be of machine code."""
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)


@pytest.mark.parametrize("loss", [by_inverse, by_solving, by_columns, by_determinant, in_a_loop, by_a_number])
@pytest.mark.parametrize("A", SOLVABLE)
def test_as_lapack(loss, A):
    b = np.array([0.7, -1.3, 2.1])[: len(A)]
    found = written_out(loss, A, b)
    expected = value_and_grad(loss, (0, 1), jit=False)(A, b)
    near = np.linalg.cond(A) * 1e-13
    np.testing.assert_allclose(found[0], expected[0], rtol=near)
    for one, other in zip(found[1], expected[1], strict=True):
        np.testing.assert_allclose(one, other, rtol=near, atol=near * np.max(np.abs(other)))


def test_as_lapack_in_machine_code(monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", False)
    test_as_lapack(in_a_loop, SOLVABLE[3])
    test_a_singular_matrix_is_an_error_in_both_forms(by_solving, np.array([[1.0, 2.0], [2.0, 4.0]]))


@pytest.mark.parametrize("loss", [by_inverse, by_solving])
@pytest.mark.parametrize("A", [np.zeros((1, 1)), np.array([[1.0, 2.0], [2.0, 4.0]]), np.zeros((3, 3))])
def test_a_singular_matrix_is_an_error_in_both_forms(loss, A):
    b = np.ones(len(A))
    for call in (written_out, lambda *args: value_and_grad(loss, (0, 1), jit=False)(*args[1:])):
        with pytest.raises(np.linalg.LinAlgError, match="Singular matrix"):
            call(loss, A, b)


@pytest.mark.parametrize("A", [np.zeros((2, 2)), np.array([[1.0, 2.0], [2.0, 4.0]]), np.ones((3, 3)), np.zeros((3, 3))])
def test_the_determinant_of_a_singular_matrix_has_a_derivative(A):
    b = np.ones(len(A))
    value, (A_bar, _) = written_out(by_determinant, A, b)
    assert value == 0.0
    np.testing.assert_allclose(A_bar, value_and_grad(by_determinant, (0, 1), jit=False)(A, b)[1][0], atol=1e-14)


def test_nan_comes_out_as_nan():
    A = np.array([[np.nan, 1.0], [1.0, 2.0]])
    assert np.isnan(written_out(by_determinant, A, np.ones(2))[0])
    assert np.isnan(written_out(by_solving, A, np.ones(2))[0])


def test_five_rows_are_for_lapack():
    text = value_and_grad(by_solving, (0, 1), jit=True).source(np.eye(5), np.ones(5), lowered=True)
    assert re.search(r"^[^#]*= lu_solve", text, re.MULTILINE)
