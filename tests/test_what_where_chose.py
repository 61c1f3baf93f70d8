"""What `np.where` did not choose contributes zero, never NaN: through whatever lies between it and what is singular."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pytest

from s2s import differentiable, grad, jvp

X = np.array([0.0, 1.0, 2.0, -1.0])
WEIGHTS = np.array([0.3, -1.2, 0.7, 0.5])


def two_readers(x):
    y = np.sqrt(x)
    m = x > 0
    return np.where(m, y, 0.0) + np.where(m, y * y * y, 1.0)


def two_conditions(x):
    y = np.sqrt(x)
    return np.where(x > 0, y, 0.0) + np.where(x > 1.5, y**3, 1.0)


def nested(x):
    y = np.where(x > -2, 1 / x, 0.0)
    return np.where(x != 0, np.where(x > 0, np.sqrt(y), 0.0), 0.0)


def reversed_order(x):
    y = np.sqrt(x)
    return np.where(x[::-1] > 0, y[::-1], 0.0)[::-1]


def another_shape(x):
    return np.where(x.reshape(2, -1) > 0, np.sqrt(x).reshape(2, -1), 0.0).ravel()


def transposed(x):
    y = np.sqrt(np.outer(x, np.ones(2))).T
    return np.sum(np.where(x > 0, y, 0.0), axis=0)


def a_column(x):
    return np.sum(np.where((x > 0)[:, None], np.sqrt(x)[:, None] * np.ones((1, 3)), 0.0), axis=1)


def valid_rows(x):
    table = x[:, None] * np.array([[1.0, 2.0, 3.0]])
    return np.where(x > 0, np.sum(np.log(table), axis=1), 0.0)


def mean_of_valid_rows(x):
    return np.where(x > 0, np.mean(np.sqrt(np.stack([x, x * 2], axis=1)), axis=1), 0.0)


def picked(x):
    order = np.array([2, 0, 1, 3])
    return np.where(x[order] > 0, np.log(x)[order], 0.0)[np.argsort(order)]


def rolled(x):
    return np.roll(np.where(np.roll(x, 1) > 0, np.roll(np.sqrt(x), 1), 0.0), -1)


def stored_and_read(x):
    y = np.zeros_like(x)
    y[...] = np.sqrt(x)
    return np.where(x > 0, y, 0.0)


def in_a_context(x):
    with np.errstate(all="ignore"):
        y, z = np.log(x), 1 / x
    return np.where(x > 0, y * z, 0.0)


def without_a_number(x):
    return np.nan_to_num(np.where(x == 0, np.nan, x) ** 0.5)


def inside_of_bounds(x):
    return np.clip(np.log(np.abs(x)), -5.0, 5.0)


def shared_ufunc_output(x):
    mask = x > 0
    y = x * x
    np.sqrt(x, out=y, where=mask)
    np.multiply(y, x, out=y, where=mask)
    return np.where(mask, y, 0.0)


def inside_a_context(x):
    r = np.sqrt(x)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x > 0, 1 / r, 0.0)


def of_a_fixed_shape(x):
    s = x * np.array([0.0, 1.0, 1.0, 0.0])
    r = np.sqrt(s * s)
    with np.errstate(divide="ignore"):
        return np.where(np.arange(4) % 3 == 0, 0.0, 1 / r)


PROGRAMS = [
    two_readers, two_conditions, nested, reversed_order, another_shape, transposed, a_column, valid_rows,
    mean_of_valid_rows, picked, rolled, stored_and_read, in_a_context, without_a_number, inside_of_bounds, shared_ufunc_output,
    inside_a_context, of_a_fixed_shape,
]  # fmt: skip
every_program = pytest.mark.parametrize("program", PROGRAMS, ids=[program.__name__ for program in PROGRAMS])
pytestmark = [pytest.mark.core, pytest.mark.filterwarnings("ignore::RuntimeWarning")]


def differences(f, x):
    """Along each entry, where it is not at the edge of what is chosen: there the other entries are not changed by it."""
    steps = 1e-6 * np.eye(len(x))
    return np.array([(f(x + step) - f(x - step)) / 2e-6 for step in steps])


def of_the_rest(f):
    """A function of the entries that are chosen, so that there are differences."""
    return lambda kept: f(np.concatenate([X[:1], kept, X[3:]]))


def weighted(program):
    return lambda x: np.sum(WEIGHTS * program(x))


@every_program
def test_the_gradient(program):
    found = grad(weighted(program))(X)
    assert found[0] == 0.0
    if program is not inside_of_bounds:
        assert found[3] == 0.0
    np.testing.assert_allclose(found[1:3], differences(of_the_rest(weighted(program)), X[1:3]), rtol=1e-6)
    np.testing.assert_allclose(jvp(weighted(program), (X,), (np.eye(4)[2],))[1], found[2], rtol=1e-12)


@every_program
def test_the_second_order(program):
    def slope(x):
        return np.sum(WEIGHTS[::-1] * grad(weighted(program))(x))

    found = grad(slope)(X)
    assert np.all(np.isfinite(found))
    np.testing.assert_allclose(found[1:3], differences(of_the_rest(slope), X[1:3]), rtol=1e-5, atol=1e-8)


def at_an_edge(x):
    return np.where(x > 0, np.sqrt(np.abs(x)), 0.0)


def not_where_it_is_zero(x):
    r = np.sqrt(x * x)
    return np.where(r > 0, 1 / np.where(r > 0, r, 1.0), 0.0)


def divided_where_it_can_be(x):
    return np.divide(1.0, x, out=np.zeros_like(x), where=x != 0)


def logarithm_where_it_can_be(x):
    y = np.zeros_like(x)
    np.log(x, out=y, where=x > 0)
    return y


def rooted_column(x):
    return np.sum(np.where((x > 0)[:, None], (np.abs(x) ** 0.25)[:, None], 0.0), axis=1)


LOUD_IN_FORWARD_MODE = (without_a_number, inside_of_bounds, inside_a_context, of_a_fixed_shape)
"""They choose without np.where, or in another block than that of what is singular."""

SILENT = [at_an_edge, not_where_it_is_zero, divided_where_it_can_be, logarithm_where_it_can_be, rooted_column]


def warnings_of(call):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return {re.sub("scalar ", "", str(warning.message)) for warning in caught}


@pytest.mark.parametrize("program", [*PROGRAMS, *SILENT], ids=lambda program: program.__name__)
def test_the_derivative_warns_of_nothing_that_the_program_did_not_warn_of(program):
    f = weighted(program)
    allowed = warnings_of(lambda: f(X))
    assert not (program in SILENT and allowed)
    assert warnings_of(lambda: grad(f)(X)) <= allowed
    assert warnings_of(lambda: grad(lambda x: np.sum(grad(f)(x)))(X)) <= allowed
    if program not in LOUD_IN_FORWARD_MODE:
        assert warnings_of(lambda: jvp(f, (X,), (np.ones(4),))) <= allowed


@every_program
def test_source_for_unknown_arguments_gives_the_same(program):
    if program is stored_and_read:
        pytest.skip("a store needs to know that its argument is an array")
    names: dict[str, Any] = {}
    exec(differentiable(program).source(mode="vjp"), names)
    _, (found,) = names[f"{program.__name__}_vjp"](X, WEIGHTS)
    np.testing.assert_allclose(found, grad(weighted(program))(X), rtol=1e-14)
