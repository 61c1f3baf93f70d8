"""Sorting, medians and quantiles in compiled code: by the stable order, along any axis."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from lower.comparing import assert_whole, compare
from s2s import value_and_grad
from s2s_runtime import ordering


def a_vector(x):
    return np.sum(np.sort(x) * np.arange(len(x)))


def rows(x):
    return np.sum(np.sort(np.outer(np.sin(x), np.cos(np.arange(4.0))), axis=1) * np.arange(4.0))


def columns(x):
    return np.sum(np.sort(np.outer(np.sin(x), np.cos(np.arange(4.0))), axis=0) ** 2 * np.arange(4.0))


def all_of_a_matrix(x):
    return np.sum(np.sort(np.outer(x, np.arange(1.0, 4.0)), axis=None) * np.arange(3.0 * len(x)))


def by_an_order(x):
    order = np.argsort(x)
    return np.sum(x[order] ** 2 * np.arange(len(x)))


def largest_ones(x):
    return np.sum(np.sort(x**2)[-2:])


def middle(x):
    return np.median(x) + np.median(x[1:]) ** 2 if len(x) > 1 else np.median(x)


def middles_of_rows(x):
    table = np.outer(np.sin(x), np.cos(np.arange(4.0)))
    return np.sum(np.median(table, axis=1) ** 2) + np.sum(table * np.median(table, axis=0, keepdims=True)) + np.median(table)


def deviation(x):
    return np.median(np.abs(x - np.median(x)))


def quantiles(x):
    return np.quantile(x, 0.3) ** 2 + np.percentile(x, 90) + np.quantile(x, 1.0) * np.quantile(x, 0.0)


def quantiles_of_columns(x):
    table = np.outer(np.sin(x), np.cos(np.arange(3.0)))
    return np.sum(np.quantile(table, 0.7, axis=0) ** 2) + np.sum(np.percentile(table, 25.0, axis=1, keepdims=True) * table)


PROGRAMS = [a_vector, rows, columns, all_of_a_matrix, by_an_order, largest_ones, middle, middles_of_rows,
            deviation, quantiles, quantiles_of_columns]  # fmt: skip


@pytest.mark.parametrize("length", [1, 2, 5, 17])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_loop_nests_give_what_numpy_gives(program, length, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    compare(program, np.random.default_rng(length).normal(size=length), jit="auto")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_compiled_they_give_that_too(program, monkeypatch):
    compare(program, np.random.default_rng(0).normal(size=9), jit=True)
    assert_whole(program, 5, monkeypatch)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.bool])
def test_the_order_is_the_stable_one(dtype):
    merged = numba.njit(lambda x: ordering.stable_order(x))
    from s2s.jit.extensions import register

    register()
    rng = np.random.default_rng(0)
    for count in (0, 1, 2, 3, 8, 100):
        x = rng.integers(-4, 4, size=count).astype(dtype)
        if x.dtype.kind == "f":
            x[::7] = np.nan
            x[1::5] = np.inf
            x[2::9] = -0.0
        for array in (x, np.repeat(x, 2)[::2], x[::-1]):
            assert np.array_equal(merged(array), np.argsort(array, kind="stable"))
            assert np.array_equal(ordering.merged_order(array), np.argsort(array, kind="stable"))


@pytest.mark.parametrize("program", [middle, quantiles, deviation])
def test_nan_is_the_median_of_what_has_one(program):
    x = np.array([1.0, np.nan, 3.0, 0.5])
    for jit in (False, True):
        assert np.isnan(value_and_grad(program, jit=jit)(x)[0])


def test_a_quantile_out_of_range_is_an_error():
    for jit in (False, "auto"):
        with pytest.raises(ValueError):
            value_and_grad(lambda x: np.quantile(x, 1.5), jit=jit)(np.ones(3))
