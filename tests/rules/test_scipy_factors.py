"""Factors of matrices of `scipy.linalg`, in the ways that programs hand them on to the solvers."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy import fft, linalg, special

from s2s import grad, jacfwd, jacrev, value_and_grad
from s2s.errors import UnsupportedConstruct
from s2s.testing import check_grads


def gaussian_process(a, y):
    factor = linalg.cho_factor(a, lower=True)
    return 2.0 * np.sum(np.log(np.diag(factor[0]))) + y @ linalg.cho_solve(factor, y)


def unpacked_factor(a, y):
    c, low = linalg.cho_factor(a)
    return 2.0 * np.sum(np.log(np.diag(c))) + y @ linalg.cho_solve((c, low), y)


def factor_of_cholesky(a, y):
    c = linalg.cholesky(a, lower=True)
    return y @ linalg.cho_solve((c, True), y)


def log_determinant(a, y):
    lu = linalg.lu_factor(a)
    return np.sum(np.log(np.abs(np.diag(lu[0])))) + y @ linalg.lu_solve(lu, y)


def solved_twice(a, y):
    lu, piv = linalg.lu_factor(a)
    return np.sum(linalg.lu_solve((lu, piv), linalg.lu_solve((lu, piv), y)) ** 2)


def spectral(a, y):
    w, v = linalg.eigh(a)
    return np.sum(np.exp(-w) * (v.T @ y) ** 2) + np.log(linalg.det(a))


def weighed_sum(a, y):
    return special.logsumexp(a, b=np.exp(y)) + np.sum(special.logsumexp(a, axis=1, b=y**2))


def cosines(a, y):
    return np.sum((fft.idct(fft.dct(y) * np.array([1.0, 0.5, 0.1])) - a[0]) ** 2) + np.sum(np.abs(fft.rfft(y)) ** 2)


MATRIX = np.array([[2.0, 0.3, 0.1], [0.3, 1.0, -0.4], [0.1, -0.4, 1.5]])
TURNED = np.array([[0.1, 1.3, 0.2], [1.7, 0.2, 0.5], [0.4, 0.6, -1.2]])
PROGRAMS = [
    (gaussian_process, MATRIX), (unpacked_factor, MATRIX), (factor_of_cholesky, MATRIX), (log_determinant, TURNED),
    (solved_twice, TURNED), (spectral, MATRIX), (weighed_sum, TURNED), (cosines, TURNED),
]  # fmt: skip


@pytest.mark.parametrize(("program", "matrix"), PROGRAMS, ids=[program.__name__ for program, _ in PROGRAMS])
def test_programs_of_users(program, matrix):
    args = matrix, np.array([0.3, -0.4, 0.9])
    assert value_and_grad(program)(*args)[0] == program(*args)
    check_grads(program, args, order=2)


# -------------------------------------------------------------------------------------------------- Riccati's equations
STATE, CONTROL = np.array([[0.3, 1.0], [-0.4, 0.2]]), np.array([[0.5], [1.0]])
Q, R = np.array([[2.0, 0.3], [0.3, 1.0]]), np.array([[1.5]])


@pytest.mark.parametrize("solver", [linalg.solve_continuous_are, linalg.solve_discrete_are], ids=["continuous", "discrete"])
def test_jacobians_by_a_symmetric_matrix_are_those_by_its_symmetric_part_forwards_too(solver):
    def solution(q):
        return solver(STATE, CONTROL, q, R)

    forwards, backwards = jacfwd(solution)(Q), jacrev(solution)(Q)
    np.testing.assert_allclose(forwards, backwards, atol=1e-13)
    step = 1e-5 * np.array([[0.0, 1.0], [1.0, 0.0]])
    moved = (solution(Q + step) - solution(Q - step)) / 2e-5
    np.testing.assert_allclose(forwards[..., 0, 1] + forwards[..., 1, 0], moved, atol=1e-8)


def test_no_warning_is_of_the_sample_on_which_a_function_is_looked_at():
    """Lyapunov's equation of matrices of ones is not one that can be solved."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        jacfwd(lambda q: linalg.solve_discrete_are(STATE, CONTROL, q, R))(Q)
    assert [str(one.message) for one in seen] == []


# ------------------------------------------------------------------------------------------------------- Hessenberg
def of_hessenberg_form(a):
    form, factor = linalg.hessenberg(a, calc_q=True)
    return np.sum(form**3) + np.sum(np.sin(factor))


def of_changed_form(a):
    form = linalg.hessenberg(a)
    form[0, 0] = 5.0 * form[0, 1]
    return np.sum(form**2) + np.sum(a)


@pytest.mark.parametrize("size", [2, 3, 5])
def test_hessenberg_forms(size):
    check_grads(of_hessenberg_form, (np.random.default_rng(size).normal(size=(size, size)),), order=2)


def test_a_form_that_is_changed_is_not_the_matrix():
    """Of one of 2 by 2 SciPy gives the matrix itself: that may not be changed where it is read."""
    with pytest.raises(UnsupportedConstruct):
        grad(of_changed_form)(np.eye(2))
