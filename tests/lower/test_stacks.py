"""Linear algebra of stacks of matrices in compiled code: matrix by matrix, whatever the number of axes in front."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from lower.comparing import assert_whole, compare

LENGTHS = (1, 2, 5)


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


WHOLE = [inverses, determinants]
PROGRAMS = [*WHOLE, solutions, factors, large_ones, two_axes_in_front]


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
