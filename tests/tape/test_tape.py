"""The tape: what it records, walks back and refuses."""

from __future__ import annotations

import gc
import math
import weakref

import numpy as np
import pytest
import scipy.linalg

import s2s
from s2s import eager
from s2s.eager import Tape, TapeError, Variable
from s2s.errors import MissingRule, NotScalar, UnsupportedConstruct

X = np.array([0.5, -1.2])


def recorded(f, *args):
    tape = Tape()
    given = [tape.leaf(arg) for arg in args]
    return tape, given, f(*given)


# ------------------------------------------------------------------------------------------------------- walking back
def test_fan_out_is_summed():
    tape, (x,), y = recorded(lambda x: x * x + 3.0 * x, 2.0)
    assert tape.backward(y)[x] == 7.0


def test_an_operand_given_twice_gets_two_contributions():
    tape, (x,), y = recorded(lambda x: np.multiply(x, x), 3.0)
    assert tape.backward(y)[x] == 6.0


def test_gradients_of_intermediates():
    tape = Tape()
    x = tape.leaf(X, name="x")
    u = np.sin(x)
    y = np.sum(u * u)
    found = tape.backward(y)
    np.testing.assert_array_equal(found[u], 2.0 * np.sin(X))
    np.testing.assert_array_equal(found["x"], found[x])
    assert found[y] == 1.0


def test_a_leaf_that_is_not_reached_has_zeros():
    tape = Tape()
    x, unused = tape.leaf(X), tape.leaf(np.ones((2, 3)))
    found = tape.backward(np.sum(x))
    assert unused not in found
    np.testing.assert_array_equal(found[unused], np.zeros((2, 3)))


def test_what_needs_no_gradient_has_none_and_is_not_walked():
    tape = Tape()
    w, x = tape.leaf(2.0, requires_grad=False, name="w"), tape.leaf(3.0)
    still = np.exp(w)
    found = tape.backward(still * x)
    assert found[x] == math.exp(2.0)
    assert not still.requires_grad
    assert still.number not in found.bars
    with pytest.raises(KeyError, match="w was recorded with requires_grad=False"):
        found[w]


def test_dense_results_have_one_per_node():
    tape, (x,), y = recorded(lambda x: np.sum(np.exp(x)), X)
    dense = tape.backward(y, dense=True)
    assert len(dense) == len(tape) == 3
    np.testing.assert_array_equal(dense[0], tape.backward(y)[x])


def test_cotangents_of_any_node_may_be_given():
    """Linear in all of them together."""
    tape, (x,), y = recorded(lambda x: np.sin(x) * 2.0, X)
    assert (x.number, y.number) == (0, 2)
    rng = np.random.default_rng(0)
    one, other = ([rng.standard_normal(2) for _ in range(len(tape))] for _ in range(2))
    both = tape.backward_from([a + b for a, b in zip(one, other, strict=True)])
    for total, a, b in zip(both, tape.backward_from(one), tape.backward_from(other), strict=True):
        np.testing.assert_allclose(total, a + b, rtol=1e-15)
    np.testing.assert_array_equal(tape.backward_from({y: np.ones(2), x: X}, dense=False)[x], X + 2.0 * np.cos(X))


def test_the_walk_is_linear():
    pulled = []

    def length(n):
        tape, _, y = recorded(lambda x: sines(x, n), 0.3)
        for node in tape.record.nodes:
            node.application = Counting(node.application, pulled) if node.application else None
        pulled.clear()
        tape.backward(y)
        return len(pulled)

    assert length(20) == 40
    assert length(40) == 80


def sines(x, n):
    for _ in range(n):
        x = np.sin(x) + x
    return x


class Counting:
    def __init__(self, application, pulled):
        self.application, self.pulled = application, pulled

    def pull(self, g, result):
        self.pulled.append(1)
        return self.application.pull(g, result)


def test_a_tape_may_be_walked_again():
    tape, (x,), y = recorded(lambda x: x**3, 2.0)
    assert [tape.backward(y)[x], tape.backward(y)[x], tape.backward(y, 2.0)[x]] == [12.0, 12.0, 24.0]


def test_results_are_the_callers_own():
    tape, (x,), y = recorded(lambda x: np.sum(x), X)
    found = tape.backward(y)
    found[x][0] = 100.0
    np.testing.assert_array_equal(found[x], np.ones(2))


def test_memory_is_given_back():
    tape = Tape()
    x = tape.leaf(np.ones(1000))
    value = weakref.ref(np.sin(x).value)
    tape.clear()
    gc.collect()
    assert value() is None


# ------------------------------------------------------------------------------------------------------------ forward
def test_tangents():
    tape, (x, y), z = recorded(lambda x, y: x * np.exp(y), 2.0, 0.5)
    assert tape.jvp(z, {x: 1.0}) == math.exp(0.5)
    assert tape.jvp(z, {x: 1.0, y: 1.0}) == pytest.approx(3.0 * math.exp(0.5), rel=1e-15)
    assert tape.jvp({"z": z, "x": x}, {y: 1.0})["x"] == 0.0
    with pytest.raises(TapeError, match="give it to a leaf"):
        tape.jvp(z, {z: 1.0})


def test_lists_of_other_lengths_are_other_calls():
    """What stands still has no tangent, however many there are."""
    for count in (1, 3):
        tape = Tape()
        x = tape.leaf(np.ones(2))
        joined = np.concatenate([x] + [np.full(2, 5.0)] * count)
        np.testing.assert_array_equal(tape.jvp(joined, {x: np.ones(2)}), [1.0, 1.0] + [0.0] * (2 * count))


# ------------------------------------------------------------------------------------------------------ stores and views
def test_a_store_through_a_view_is_seen_by_all():
    def f(x):
        a = x * 1.0
        row, part = a[0], a[:, 1:]
        part *= 3.0
        row[2] = row[1] * row[1]
        return np.sum(np.exp(a)), row, part

    x = np.arange(6.0).reshape(2, 3) / 10.0
    tape, (v,), (y, row, part) = recorded(f, x)
    wanted = x.copy()
    wanted[:, 1:] *= 3.0
    wanted[0, 2] = wanted[0, 1] ** 2
    assert y.value == np.sum(np.exp(wanted))
    np.testing.assert_array_equal(row.value, wanted[0])
    np.testing.assert_array_equal(part.value, wanted[:, 1:])
    np.testing.assert_array_equal(tape.backward(y)[v], s2s.grad(lambda x: f(x)[0])(x))


def test_the_gradient_of_a_leaf_that_is_stored_into_is_that_of_what_was_given():
    tape = Tape()
    x = tape.leaf(X)
    x[0] = 5.0 * x[1]
    found = tape.backward(np.sum(x * x))
    np.testing.assert_array_equal(found[x], [0.0, 52.0 * X[1]])


def test_a_plain_array_may_change_afterwards():
    """The way back reads what was there when the call was made."""
    tape = Tape()
    x, a = tape.leaf(X), np.array([2.0, 3.0])
    y = np.sum(x * a)
    a[:] = 0.0
    np.testing.assert_array_equal(tape.backward(y)[x], [2.0, 3.0])


def test_values_cannot_be_written_to():
    _, (x,), y = recorded(np.exp, X)
    for one in (x, y):
        with pytest.raises(ValueError, match="read-only"):
            one.value[0] = 0.0


def test_overlapping_stores_in_place():
    def f(x):
        a = x * 2.0
        a[1:] += a[:-1]
        np.add.at(a, [0, 0, 2], x[:3])
        np.multiply.at(a, [1, 1], [2.0, 3.0])
        a.flat[0] *= 2.0
        return np.sum(a * x)

    x = np.array([0.3, -0.7, 1.1, 0.2])
    np.testing.assert_allclose(eager.grad(f)(x), differences(f, x), rtol=1e-7)


def differences(f, x, h=1e-6):
    return np.array([(f(x + h * e) - f(x - h * e)) / (2.0 * h) for e in np.eye(len(x))])


# -------------------------------------------------------------------------------------------------------- what it calls
def test_functions_that_do_not_ask_are_recorded_by_run():
    def f(x):
        out = np.zeros(3)
        for k in range(3):
            out[k] = math.sin(x[k]) * float(x[0])
        a = np.array([[2.0, x[0]], [x[1], 3.0]])
        return np.sum(scipy.linalg.solve(a, out[:2])) + out[2]

    x = np.array([0.4, 0.3, -0.2])
    np.testing.assert_allclose(eager.grad(f)(x), s2s.grad(f)(x), rtol=1e-14)


def test_derivatives_of_derivatives():
    def f(x):
        return np.sum(np.where(x > 0.0, np.sqrt(x), x**3))

    x = np.array([0.5, -0.3, 2.0])
    second = eager.grad(lambda x: np.sum(eager.grad(f)(x) ** 2))
    np.testing.assert_allclose(second(x), s2s.grad(lambda x: np.sum(s2s.grad(f)(x) ** 2))(x), rtol=1e-13)


def test_no_perturbation_is_confused():
    """d/dx (x * d/dy (x + y)) is 1."""
    assert eager.grad(lambda x: x * eager.grad(lambda y: x + y)(1.0))(3.0) == 1.0


def test_what_is_not_chosen_contributes_nothing():
    def f(x):
        return np.sum(np.where(x > 0.0, np.sqrt(x), 0.0))

    np.testing.assert_array_equal(eager.grad(f)(np.array([0.0, 4.0])), [0.0, 0.25])
    assert eager.grad(lambda x: np.sqrt(np.sum(x * x)))(np.zeros(1)) == 0.0


def test_numbers_keep_their_kind():
    for x in (0.5, np.float32(0.5), np.array([0.5], np.float32), 0.5 + 1j):
        value, pull = eager.vjp(lambda x: x * x * 2.0, x)
        wanted = s2s.vjp(lambda x: x * x * 2.0, x)[1](value)[0]
        found = pull(value)[0]
        assert type(found) is type(wanted)
        np.testing.assert_array_equal(found, wanted)


def test_trees():
    def f(params, x):
        return np.sum((params["w"] @ x + params["b"][0]) ** 2)

    params = {"w": np.arange(6.0).reshape(3, 2), "b": [np.ones(3), 4]}
    found = eager.grad(f)(params, X)
    wanted = s2s.grad(f)(params, X)
    np.testing.assert_allclose(found["w"], wanted["w"], rtol=1e-14)
    assert found["b"][1] is None


def test_what_is_returned_twice_has_both_cotangents():
    value, pull = eager.vjp(lambda x: (x, x, [x * 2.0]), X)
    (bar,) = pull((np.ones(2), 2.0 * np.ones(2), [None]))
    np.testing.assert_array_equal(bar, [3.0, 3.0])
    assert value[0] is not X


def test_auxiliary_results_and_options():
    def f(x, k=1.0):
        return np.sum(x * x) * k, {"k": k, "x": x}

    (value, aux), gradient = eager.value_and_grad(f, has_aux=True)(X, k=3.0)
    assert (value, aux["k"]) == (pytest.approx(5.07), 3.0)
    np.testing.assert_allclose(gradient, 6.0 * X)
    np.testing.assert_allclose(eager.grad(f, has_aux=True)(X)[0], 2.0 * X)
    np.testing.assert_allclose(eager.jvp(lambda x, k: x * k, (X,), (np.ones(2),), k=2.0)[1], [2.0, 2.0])


# -------------------------------------------------------------------------------------------------------------- refusals
def test_refusals():
    tape, _, y = recorded(lambda x: x * 2.0, X)
    with pytest.raises(TapeError, match=r"the result has shape \(2,\) and dtype float64: give a cotangent"):
        tape.backward(y)
    with pytest.raises(TapeError, match=r"node 1: expected shape \(2,\) and dtype float64, got shape \(3,\)"):
        tape.backward(y, np.ones(3))
    with pytest.raises(TapeError, match="expected a real number"):
        tape.backward(y, np.ones(2) * 1j)
    with pytest.raises(TapeError, match="expected a cotangent for each of the 2 nodes of the tape, got 1"):
        tape.backward_from([None])
    with pytest.raises(TapeError, match="a variable of another tape is not recorded on this tape"):
        Tape().backward(y)
    with pytest.raises(TapeError, match="there is no node 7: this tape has 2"):
        tape.backward_from({}, dense=False)[7]
    with pytest.raises(TapeError, match="an int carries no derivative"):
        tape.leaf(3)
    with pytest.raises(KeyError, match="no leaf of the tape is called 'w'"):
        tape.backward_from({}, dense=False)["w"]
    with pytest.raises(NotScalar, match="give a cotangent of that shape"):
        eager.grad(lambda x: x)(X)


def test_a_derivative_is_never_lost():
    _, (x,), _ = recorded(np.sum, X)
    plain = np.zeros(2)
    for lose in (lambda: math.sin(x[0]), lambda: np.array([x[0], 1.0]), lambda: plain.__setitem__(0, x[0]),
                 lambda: np.sin(x, out=plain), lambda: scipy.linalg.norm(x)):  # fmt: skip
        with pytest.raises((TapeError, ValueError, TypeError)):
            lose()


def test_a_missing_rule_is_loud():
    _, (x,), _ = recorded(np.sum, X)
    with pytest.raises(MissingRule, match=r"np\.nextafter has no derivative rule"):
        np.nextafter(x, 1.0)
    with pytest.raises(UnsupportedConstruct, match="has no derivative by"):
        x.tape.call(np.linalg.matrix_power, np.eye(2), x[0])


def test_a_tape_that_has_ended_records_no_more():
    with Tape() as tape:
        x = tape.leaf(2.0)
        y = x * x
    with pytest.raises(TapeError, match="this tape has ended"):
        _ = y * x
    assert tape.backward(y)[x] == 4.0


def test_a_view_may_be_read_when_the_tape_has_ended():
    with Tape() as tape:
        x = tape.leaf(X)
        a = x * 1.0
        part = a[1:]
        a[1] = x[0] * 3.0
    np.testing.assert_array_equal(part.value, [1.5])
    np.testing.assert_array_equal(tape.backward(part, np.ones(1))[x], [3.0, 0.0])


# -------------------------------------------------------------------------------------------------------------- printing
def test_a_tape_prints_itself():
    tape = Tape()
    w, x = tape.leaf(np.ones((2, 2)), name="w"), tape.leaf(X, name="x")
    y = np.sum(np.exp(w @ x) / np.array([1.0, 3.0]), axis=0) * 2.0
    text = tape.source(y)
    assert text == (
        "import numpy as np\n\nc0 = np.array([1.0, 3.0], dtype=np.float64)\n\ndef recorded(w, x):\n    t2 = w @ x\n    t3 = np.exp(t2)\n"
        "    t4 = t3 / c0\n    t5 = np.sum(t4, axis=0)\n    t6 = t5 * 2.0\n    return t6\n"
    )
    namespace: dict = {}
    exec(text, namespace)
    assert namespace["recorded"](np.ones((2, 2)), X) == y.value


def test_variables_show_their_values():
    tape = Tape()
    x = tape.leaf(0.25, name="x")
    assert repr(x) == "Variable(0.25, x)"
    assert f"{x:.1f} {x}" == "0.2 0.25"
    assert isinstance(x, Variable)
