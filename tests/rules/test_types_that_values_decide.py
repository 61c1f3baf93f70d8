"""Where the type of a result depends on values: which of two numbers is larger, whether an axis has length 1."""

from __future__ import annotations

import math

import numpy as np
import pytest

from s2s import grad
from s2s.testing import check_grads

X = np.array([0.6, 1.4, 1.1])


@pytest.mark.parametrize("x", [1.5, np.float64(0.25), np.float32(2.5)])
def test_a_whole_number_that_is_not_the_larger_one(x):
    check_grads(lambda x: max(0, x) ** 2, (x,))
    check_grads(lambda x: max(x, 0) * x, (x,))
    check_grads(lambda x, n: min(n, x) * x, (x, 3))
    check_grads(lambda x: max([0, x, -1]) * x, (x,))


def test_a_whole_number_that_is():
    assert grad(lambda x: max(0, x) * 3.0 + x)(-1.5) == 1.0
    assert grad(lambda x: min(max(0, x), 1) * x)(2.5) == 1.0


def product(x):
    total = 1
    for value in x:
        total = total * value
    return total


def horner(x):
    total = 0
    for value in x:
        total = total * value + value * value
    return total


def powers(x):
    terms = [1]
    for value in x:
        terms.append(terms[-1] * value)
    return terms[-1]


def doubling(x):
    total = 1
    while total < 50:
        total = total * (x + 2.0)
    return total


@pytest.mark.parametrize("function", [product, horner, powers, lambda x: math.prod(x)])
def test_a_loop_that_starts_from_a_whole_number(function):
    check_grads(function, (X,))


def test_a_while_loop_that_starts_from_a_whole_number():
    check_grads(doubling, (1.3,))


def test_axes_of_length_1_that_a_slice_leaves():
    a = np.arange(1.0, 13.0).reshape(3, 4)
    check_grads(lambda a: np.squeeze(a[:1, :1]) ** 2, (a,))
    check_grads(lambda a: a[:1, :1].squeeze() * a, (a,))
    check_grads(lambda a: np.squeeze(a[:, :1]) * a[:, 0], (a,))
    check_grads(lambda a, n: np.squeeze(a[:, :n]) ** 2, (a, 2))
    check_grads(lambda a, n: np.squeeze(a[:, :n]) ** 2, (a, 1))
    check_grads(lambda a: np.squeeze(a[:1], 0) * a, (a,))
