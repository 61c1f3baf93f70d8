"""Lists among the arguments, and lists that are read from outside, in compiled code: handed over as arrays, whatever they hold."""

from __future__ import annotations

import numpy as np
import pytest

from s2s import value_and_grad
from s2s_runtime import tree


def chosen(x, places):
    total = 0.0
    for place in places:
        total += x[place] ** 2 * len(places)
    return total


def weighted(x, weights):
    """A list of floats, of which a copy is changed."""
    weights = list(weights)
    weights.append(0.5)
    total = 0.0
    for k in range(len(weights)):
        total += weights[k] * np.sin(x[k % len(x)])
    weights[0] = total
    return total * weights[0] + weights[-1]


def padded(x, labels):
    """A list that is put together with what was given."""
    extended = [0]
    for label in labels:
        extended += [label, 0]
    return sum(x[label] * (k + 1) for k, label in enumerate(extended))


PLACES = [2, 0, 1, 1]


def from_outside(x, factor):
    return factor * sum(x[place] ** 3 for place in PLACES)


def agree(program, *args, wrt=0):
    lists = [list(arg) if isinstance(arg, list) else arg for arg in args]
    found = value_and_grad(program, wrt, jit=True)(*args)
    expected = value_and_grad(program, wrt, jit=False)(*lists)
    for one, other in zip(tree.flatten(found)[0], tree.flatten(expected)[0], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)
    assert [arg for arg in args if isinstance(arg, list)] == [arg for arg in lists if isinstance(arg, list)]


X = np.array([0.3, -1.2, 0.7])


@pytest.mark.parametrize("places", [[0, 2, 2, 1], [], [1], [-1, 0]], ids=str)
def test_places_of_any_number(places):
    agree(chosen, X, places)


def test_a_copy_that_is_changed_leaves_what_was_given():
    agree(weighted, X, [1.5, 2.5])


def test_what_was_given_becomes_part_of_another_list():
    agree(padded, X, [1, 2, 2])


def test_a_list_from_outside_is_read_at_each_call(monkeypatch):
    agree(from_outside, X, 2.0)
    monkeypatch.setattr("lower.test_given_lists.PLACES", [1, 1])
    agree(from_outside, X, 2.0)


@pytest.mark.parametrize("places", [[0, np.int64(1)], [1, 2**70 % 3]], ids=str)
def test_what_is_no_list_of_whole_numbers_is_what_it_is_in_numpy(places):
    agree(chosen, X, [0, 1])
    agree(chosen, X, places)


def test_an_index_that_is_not_there_is_an_error_in_both_forms():
    for jit in (True, False):
        with pytest.raises(IndexError):
            value_and_grad(chosen, jit=jit)(X, [0, 3])


def test_a_program_with_a_list_is_compiled_as_a_whole():
    assert "compiled: all of it" in value_and_grad(padded, jit=True).explain(X, [1, 2])
