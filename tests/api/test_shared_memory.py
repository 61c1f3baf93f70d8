"""Arrays of one call that share memory, where the function stores into one of them."""

import operator

import numpy as np
import pytest

import s2s
from s2s.errors import SharedMemory
from s2s.rules.declare import RULES, linear
from s2s.testing import check_grads
from s2s_runtime.checks import ArgumentChanged, ResultShared


def overwrite(x, y):
    y[0] = x[0] * x[1]
    return x[0] * y[1] + y[0]


def read_only(x, y):
    return np.sum(x * y)


def into_a_list(rows, y):
    y[0] = rows[0][1]
    return np.sum(rows[1]) * y[0]


@pytest.mark.parametrize(
    "call",
    [
        lambda a: s2s.grad(overwrite)(a, a),
        lambda a: s2s.value_and_grad(overwrite, argnums=(0, 1))(a, a[::-1]),
        lambda a: s2s.vjp(overwrite, a, a[1:]),
        lambda a: s2s.jvp(overwrite, (a[:3], a[2:]), (np.ones(3), np.ones(2))),
        lambda a: s2s.jacrev(overwrite)(a, a),
        lambda a: s2s.grad(into_a_list, argnums=1)([a * 2, a], a),
    ],
)
def test_what_is_stored_into_must_be_apart(call):
    a = np.array([0.4, 1.2, 0.7, 0.3])
    before = a.copy()
    with pytest.raises(SharedMemory, match="y") as caught:
        call(a)
    assert caught.value.hint
    assert np.array_equal(a, before)


def test_entries_that_are_apart_in_one_buffer():
    a = np.array([0.4, 1.2, 0.7, 0.3])
    x, y = a[::2], a[1::2]
    expected = s2s.grad(overwrite)(x.copy(), y.copy())
    assert np.array_equal(s2s.grad(overwrite)(x, y), expected)


def test_arrays_that_are_only_read_may_be_the_same():
    a = np.array([0.4, 1.2])
    assert np.array_equal(s2s.grad(read_only)(a, a), a)


SCALE = np.array([2.0, 3.0])


def reads_a_global(x):
    x[0] = SCALE[1]
    return x[0] * x[1] * SCALE[0]


def test_a_global_array_that_is_the_argument():
    with pytest.raises(SharedMemory, match="SCALE"):
        s2s.grad(reads_a_global)(SCALE)
    assert np.array_equal(s2s.grad(reads_a_global)(SCALE.copy()), [0.0, 6.0])


def is_changed_by_a_method(x):
    a = x * 2.0
    operator.methodcaller("fill", 7.0)(a)
    return np.sum(a**2)


def is_looked_at_by_a_stranger(x):
    a = x * 2.0
    operator.methodcaller("sum")(a)
    a[0] *= 2.0
    operator.methodcaller("sum")(a)
    return np.sum(a**2)


def test_a_function_without_source_must_not_change_what_it_is_given():
    with pytest.raises(ArgumentChanged, match="changes an array"):
        s2s.grad(is_changed_by_a_method)(np.array([0.4, 1.2]))
    assert np.allclose(s2s.grad(is_looked_at_by_a_stranger)(np.array([0.4, 1.2])), [12.8, 9.6])


def tail(x):
    return x[1:]


def tail_adjoint(g, x):
    return np.concatenate([np.zeros(1), g])


def tripled(x):
    return x * 3.0


def tripled_adjoint(g, x):
    return g * 3.0


@pytest.fixture
def rules():
    """Rules of the user's own, for as long as a test takes: the tests of rules loop over all there are."""
    linear(tail)(tail_adjoint)
    linear(tripled)(tripled_adjoint)
    yield
    del RULES.rules[tail], RULES.rules[tripled]


def stores_into_what_a_rule_gave(x):
    a = x * 2.0
    b = tail(a)
    b[0] = 3.0
    return np.sum(a**2) + np.sum(b**3)


def stores_into_what_a_rule_took(x):
    a = x * 2.0
    b = tail(a)
    a[1] = 5.0
    return np.sum(a**2) + np.sum(b**3)


def reads_what_a_rule_gave(x):
    a = x * 2.0
    return np.sum(a[1:] ** 2 * tail(a))


def stores_into_a_copy(x):
    a = x * 2.0
    b = tripled(a)
    b[1] = a[0] ** 2
    a[2] = b[2]
    return np.sum(a**2 * b)


@pytest.mark.parametrize("function", [stores_into_what_a_rule_gave, stores_into_what_a_rule_took])
def test_a_rule_whose_function_gives_a_view_and_a_program_that_stores(function, rules):
    x = np.array([1.0, 2.0, 3.0])
    for ask in (lambda: s2s.grad(function)(x), lambda: s2s.jvp(function, (x,), (x,))):
        with pytest.raises(ResultShared, match="tail returns its argument, or a view of it"):
            ask()
    assert np.array_equal(x, [1.0, 2.0, 3.0])


@pytest.mark.parametrize("function", [reads_what_a_rule_gave, stores_into_a_copy])
def test_a_rule_in_a_program_that_stores(function, rules):
    check_grads(function, (np.array([1.0, 2.0, 3.0]),), order=2)
