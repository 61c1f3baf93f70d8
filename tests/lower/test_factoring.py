"""Linear systems in compiled code: one factorisation for all that is solved with a matrix, substitution for triangular ones."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from lower.comparing import compare
from s2s import grad, value_and_grad

SIZE = 7
RNG = np.random.default_rng(4)
BASE = RNG.normal(size=(SIZE, SIZE))
STIFF = BASE @ BASE.T + SIZE * np.eye(SIZE)


def one_system(f):
    return np.sum(np.linalg.solve(STIFF + np.outer(f, f), f) ** 2)


def two_right_sides(f):
    K = STIFF + np.outer(f, f)
    return np.sum(np.linalg.solve(K, f)) * np.sum(np.linalg.solve(K.T, np.sin(f)) ** 2)


def systems_of_columns(f):
    return np.sum(np.linalg.solve(STIFF * np.cos(f), np.outer(f, np.sin(f))) ** 2)


def implicit_steps(u):
    A = np.eye(SIZE) + 0.1 * STIFF
    for _ in range(4):
        u = np.linalg.solve(A, u + 0.01 * u**2)
    return np.sum(u**2)


def steps_with_a_matrix_of_the_arguments(u):
    A = np.eye(SIZE) + 0.1 * STIFF * np.cos(u)
    for _ in range(3):
        u = np.linalg.solve(A, u)
    return np.sum(u**2)


def log_density(x):
    K = STIFF + np.outer(x, x)
    _, size = np.linalg.slogdet(K)
    return -0.5 * (x @ np.linalg.solve(K, x)) - 0.5 * size


def inverse_and_determinant(x):
    K = STIFF + np.outer(x, x)
    return np.sum(np.linalg.inv(K) * BASE) + np.log(np.linalg.det(K))


def by_cholesky(x):
    L = np.linalg.cholesky(STIFF + np.outer(x, x))
    z = np.linalg.solve(L, np.sin(x))
    return np.sum(np.linalg.solve(L.T, z)) + np.sum(np.log(np.diag(L)))


def in_a_branch(x):
    K = STIFF + np.outer(x, x)
    if x[0] > 0:
        return np.sum(np.linalg.solve(K, x) ** 2)
    return np.sum(x**2) + np.sum(np.linalg.solve(K, x**2))


def changed_between(x):
    K = STIFF + np.outer(x, x)
    u = np.linalg.solve(K, x)
    K[0, 0] += x[1] ** 2
    return np.sum(np.linalg.solve(K, u) * u)


PROGRAMS = [
    one_system, two_right_sides, systems_of_columns, implicit_steps, steps_with_a_matrix_of_the_arguments, log_density,
    inverse_and_determinant, by_cholesky, in_a_branch, changed_between,
]  # fmt: skip


def text(program):
    return grad(program).source(np.ones(SIZE), lowered=True)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_loop_nests_give_what_numpy_gives(program, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    for x in (RNG.uniform(0.2, 1.5, size=SIZE), -RNG.uniform(0.2, 1.5, size=SIZE)):
        compare(program, x, jit="auto")


@pytest.mark.parametrize("program", [two_right_sides, implicit_steps, log_density, by_cholesky, changed_between])
def test_compiled_they_give_that_too(program):
    compare(program, RNG.uniform(0.2, 1.5, size=SIZE), jit=True)


@pytest.mark.parametrize(
    ("program", "count"),
    [(one_system, 1), (two_right_sides, 1), (log_density, 1), (implicit_steps, 1), (changed_between, 2), (by_cholesky, 0)],
)
def test_a_matrix_is_factorised_once(program, count):
    found = text(program)
    assert found.count("= lu_factor(") == count
    assert "np.linalg.solve(" not in "\n".join(line for line in found.splitlines() if not line.strip().startswith("#"))


def test_what_stays_the_same_is_factorised_in_front_of_a_loop():
    lines = text(implicit_steps).splitlines()
    assert [line for line in lines if "lu_factor(" in line][-1].startswith("    A_lu")


def test_systems_of_a_triangular_factor_are_solved_by_substitution():
    found = text(by_cholesky)
    assert "solve_lower(" in found
    assert "solve_upper(" in found


def test_a_singular_matrix_is_an_error_where_it_is_used(monkeypatch):
    def never(x, n):
        K = np.outer(x, x)
        s = np.sum(x)
        for _ in range(n):
            s = s + np.sum(np.linalg.solve(K, x))
        return s

    x = np.array([1.0, 2.0, 4.0, 8.0])
    for jit in (False, "auto", True):
        derivative = value_and_grad(never, jit=jit)
        assert derivative(x, 0)[0] == 15.0
        with pytest.raises(np.linalg.LinAlgError):
            derivative(x, 2)
