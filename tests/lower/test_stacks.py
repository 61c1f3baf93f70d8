"""Linear algebra of stacks of matrices in compiled code: matrix by matrix, whatever the number of axes in front."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from lower.comparing import assert_whole, compare

LENGTHS = (1, 2, 5)
APART = np.diag(np.arange(4.0))
"""What makes eigenvalues differ."""


def matrices(x, size=3):
    """Positive definite, one per number."""
    base = np.sin(np.arange(size * size).reshape(size, size) * 1.0)
    spread = x[:, None, None] * base
    return spread @ np.swapaxes(spread, -1, -2) + (2.0 + x[:, None, None] ** 2) * np.eye(size)


def inverses(x):
    return np.sum(np.linalg.inv(matrices(x)) ** 2)


def determinants(x):
    return np.sum(np.log(np.linalg.det(matrices(x))))


def solutions(x):
    right = np.cos(x[:, None, None] * np.ones((3, 2)))
    return np.sum(np.linalg.solve(matrices(x), right) ** 2)


def factors(x):
    return np.sum(np.linalg.cholesky(matrices(x)) * np.ones((3, 3)))


def large_ones(x):
    return np.sum(np.linalg.inv(matrices(x, 9))) + np.sum(np.linalg.det(matrices(x, 5)))


def two_axes_in_front(x):
    stack = matrices(x)[:, None] * np.array([1.0, 1.5])[:, None, None]
    return np.sum(np.linalg.inv(stack)[:, 1] * np.linalg.det(stack)[:, :1, None])


def one_right_side_for_all(x):
    return np.sum(np.linalg.solve(matrices(x, 5), np.cos(np.arange(5.0))) ** 2)


def one_matrix_for_all(x):
    right = np.sin(x[:, None, None] * np.arange(10.0).reshape(5, 2))
    return np.sum(np.linalg.solve(matrices(x, 5)[0], right) ** 2)


def repeated_along_an_axis(x):
    right = np.sin(x[:1, None, None] * np.arange(10.0).reshape(5, 2))
    return np.sum(np.linalg.solve(matrices(x, 5), right) ** 2)


def smallest_eigenvalues(x):
    return np.sum(np.linalg.eigvalsh(matrices(x, 4) + APART)[:, 0])


def logarithms(x):
    signs, sizes = np.linalg.slogdet(matrices(x, 5))
    return np.sum(signs * sizes)


def least_squares(x):
    stack = np.sin(x[:, None, None] * np.arange(1.0, 13.0).reshape(6, 2))
    return np.sum(np.linalg.pinv(stack) * np.arange(6.0))


def nuclear_norms(x):
    return np.sum(np.linalg.svdvals(np.sin(x[:, None, None] * np.arange(1.0, 13.0).reshape(6, 2))))


def eigenvectors(x):
    values, vectors = np.linalg.eigh(matrices(x, 4) + APART)
    return np.sum(values[:, 1] * vectors[:, 0, 1] ** 2)


def by_orthogonal_factors(x):
    q, r = np.linalg.qr(np.sin(np.outer(np.arange(1.0, 7.0), x[:1]) * np.arange(1.0, 4.0)))
    return np.sum(np.linalg.solve(r, q.T @ np.arange(6.0)) ** 2)


def of_upper_triangles(x):
    matrix = matrices(x, 4)[0] + APART + np.tril(np.ones((4, 4)), -1)
    values, vectors = np.linalg.eigh(matrix, "U")
    return np.sum(np.sin(values) * vectors[0] ** 2) + np.linalg.eigvalsh(matrix, "U")[1]


WHOLE = [
    inverses, determinants, one_right_side_for_all, one_matrix_for_all, repeated_along_an_axis, smallest_eigenvalues, logarithms,
    least_squares, nuclear_norms, by_orthogonal_factors, of_upper_triangles,
]  # fmt: skip
PROGRAMS = [*WHOLE, eigenvectors, solutions, factors, large_ones, two_axes_in_front]


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_stacks_in_loop_nests_are_what_they_are_in_numpy(program, length, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    compare(program, np.random.default_rng(length).uniform(0.2, 1.5, size=length), jit="auto")


@pytest.mark.parametrize("program", WHOLE, ids=lambda program: program.__name__)
def test_these_are_lowered_whole(program, monkeypatch):
    assert_whole(program, 5, monkeypatch)


@pytest.mark.parametrize("program", WHOLE, ids=lambda program: program.__name__)
def test_compiled_they_are_so_too(program):
    compare(program, np.random.default_rng(1).uniform(0.2, 1.5, size=4), jit=True)
