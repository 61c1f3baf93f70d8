"""Flags that are known only when the program runs, and say how many axes a result has."""

from __future__ import annotations

import numpy as np
import pytest

from s2s.testing import check_grads

X = np.random.default_rng(0).normal(size=(3, 3))


def summed(x, flag):
    return np.sum(x * np.sum(x, axis=0, keepdims=flag))


def from_the_highest(x, flag):
    return np.sum(np.sin(x - np.max(x, axis=1, keepdims=flag)))


def one_way_and_the_other(x, flag):
    total = 0.0
    for _ in range(3):
        total += np.sum(x * np.mean(x, axis=0, keepdims=flag))
        flag = not flag
    return total


OPTIONS = {"axis": None, "keepdims": False}


def options_from_outside(x, flag):
    return np.max(x, **OPTIONS) * 2.0


@pytest.mark.parametrize("flag", [True, False])
@pytest.mark.parametrize("function", [summed, from_the_highest, one_way_and_the_other, options_from_outside])
def test_a_flag_decides_how_many_axes_there_are(function, flag):
    check_grads(function, (X, flag))
