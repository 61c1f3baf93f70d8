"""float32 stays float32, through Python's numbers, NumPy's scalars and integers, in both modes and of both orders."""

from __future__ import annotations

import numpy as np
import pytest

from rules.written import functions_of
from s2s import grad
from s2s.testing import check_grads

X = np.array([0.75, -1.25, 0.5], np.float32)

SINGLE = [
    "x * 2", "x + 1", "2.0 * x", "x / 3", "3 / x", "x ** 2", "2.0 ** x", "x * np.pi", "x * True", "x * (x > 0)", "np.power(x, 3)",
    "np.where(x > 0, x, 0.0)", "np.maximum(x, 0.0)", "np.clip(x, -1, 1)", "np.mean(x)", "np.std(x)", "np.linalg.norm(x)", "x @ x",
    "x[0] * x[1]", "x[0] ** 2 + 1.0", "np.concatenate([x, x])", "np.array([x[0], x[1]])", "sum(x)", "max(x)", "np.prod(x)",
    "np.copysign(x, -1.0)", "np.hypot(x, 2.0)", "np.sinc(x)", "np.logaddexp(x, 0.0)", "np.cumprod(x)", "np.sort(x)",
    "np.linalg.inv(np.diag(x))", "np.full(3, x[0])", "np.average(x, weights=np.array([1, 2, 3], np.float32))", "np.pad(x, 1)",
    "math.sin(x[0]) * x",
]  # fmt: skip
MIXED = [
    "x + np.float64(1.0)", "np.float64(2.0) * x", "x * np.array([1, 2, 3])", "x @ np.ones(3)", "np.zeros(3) + x",
    "np.where(x > 0, x, np.float64(0.0))", "np.clip(x, np.float64(-1.0), 1.0)", "x[0] * np.float64(2.0)", "float(x[0]) * 2.0",
    "x.astype(np.float64) * 2", "np.concatenate([x, np.zeros(2)])", "np.array([x[0], 1.0])", "math.exp(x[0])",
    "x.item(0)", "x.tolist()[1]", "max(x.tolist())", "np.sum(x, dtype=np.float64)", "x ** np.array([1, 2, 3])", "np.float64(x[0]) * x",
]  # fmt: skip
NARROWING = ["np.float32(x)", "x.astype(np.float32)", "np.array(x, np.float32) * 2", "np.sum(x, dtype=np.float32)"]
FUNCTIONS = functions_of([*SINGLE, *MIXED, *NARROWING], "precision")


@pytest.mark.parametrize("function", FUNCTIONS[: len(SINGLE)], ids=SINGLE)
def test_single_precision(function):
    assert np.asarray(function(X)).dtype == np.float32
    check_grads(function, (X,), directions=1)


@pytest.mark.parametrize("function", FUNCTIONS[len(SINGLE) : -len(NARROWING)], ids=MIXED)
def test_single_precision_that_meets_double(function):
    assert np.asarray(function(X)).dtype == np.float64
    check_grads(function, (X,), directions=1)


@pytest.mark.parametrize("function", FUNCTIONS[-len(NARROWING) :], ids=NARROWING)
def test_a_narrower_result_of_double_precision(function):
    check_grads(function, (X.astype(np.float64),), directions=1)


def test_an_item_of_whole_numbers_is_one():
    def scaled(x, sizes):
        return x * np.zeros(sizes.item(1)).size

    assert grad(scaled)(2.0, np.array([3, 4])) == 4.0
