"""`stop_gradient` on a tape, by whatever name it is called: constant to it, as it is to generated programs."""

from __future__ import annotations

import numpy as np
import pytest

import s2s
from s2s import eager, stop_gradient

X = np.array([2.0, 3.0])


def by_name(x):
    return np.sum(stop_gradient(x) * x)


def by_module(x):
    return np.sum(s2s.stop_gradient(x) * x)


def imported_inside(x):
    from s2s import stop_gradient as stopped

    return np.sum(stopped(x) * x)


def in_a_tree(x):
    held = s2s.stop_gradient({"a": [x]})
    return np.sum(held["a"][0] * x)


def stopped_before_a_store(x):
    y = x * 1.0
    held = s2s.stop_gradient(y)
    y[0] = 7.0
    return np.sum(held * x)


@pytest.mark.parametrize("f", [by_name, by_module, imported_inside, in_a_tree, stopped_before_a_store])
def test_what_is_stopped_is_constant(f):
    assert eager.grad(f)(X).tolist() == [2.0, 3.0]
    assert eager.jvp(f, (X,), (np.ones(2),))[1] == 5.0


def test_on_a_tape_that_is_written_out():
    with eager.Tape() as t:
        x = t.leaf(X)
        y = np.sum(s2s.stop_gradient(x) * x)
    assert t.backward(y)[x].tolist() == [2.0, 3.0]


def test_on_both_of_two_tapes():
    def slope(x):
        return np.sum(eager.grad(by_module)(x) * x)  # the inner gradient is x, stopped: constant to the outer tape, too

    assert eager.grad(slope)(X).tolist() == [2.0, 3.0]


def test_a_tree_without_records_is_handed_back_itself():
    tree = {"a": [X]}
    assert stop_gradient(tree) is tree
