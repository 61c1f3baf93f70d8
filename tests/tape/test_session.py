"""Sessions: the same numbers with both backends, and what the inventory of the system they answer asks of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

import s2s
from s2s import Session
from s2s.errors import MissingRule
from s2s.session import Param
from s2s_runtime.tape import TapeError

BACKENDS = ["eager", "compiled"]
RNG = np.random.default_rng(11)
X, Y = RNG.standard_normal((5, 3)), RNG.standard_normal((5, 2))


@pytest.fixture(params=BACKENDS)
def session(request):
    return Session(request.param, seed=4)


def loss_of(s, w, b):
    h = s.input(X) @ s.use(w) + s.use(b)
    return np.mean((np.where(h > 0.0, h, 0.1 * h) - s.input(Y)) ** 2)


def plain(w, b):
    h = X @ w + b
    return np.mean((np.where(h > 0.0, h, 0.1 * h) - Y) ** 2)


W, B = RNG.standard_normal((3, 2)), np.array([0.2, -0.1])


def test_gradients_by_handle_parameter_and_name(session):
    w, b = session.param(W, name="w"), session.param(B)
    found = session.backward(loss_of(session, w, b))
    wanted = s2s.grad(plain, argnums=(0, 1))(W, B)
    np.testing.assert_allclose(found[w], wanted[0], rtol=1e-13)
    np.testing.assert_array_equal(found["w"], found[w])
    np.testing.assert_array_equal(found[session.use(w)], found[w])
    np.testing.assert_allclose(found[b], wanted[1], rtol=1e-13)
    assert list(found) == [w, b]
    assert len(found) == 2


def test_gradients_of_what_was_computed(session):
    x = session.input(2.0, name="x", requires_grad=True)
    u = x * x
    y = u * 3.0 + x
    found = session.backward(y)
    assert (found[u], found["x"], found[y]) == (3.0, 13.0, 1.0)


def test_a_gradient_for_what_is_no_number(session):
    x = session.input(np.array([1.0, 2.0]), requires_grad=True)
    y = x**3
    np.testing.assert_array_equal(session.vjp(y, np.array([1.0, -1.0]), x), [3.0, -12.0])
    with pytest.raises(TapeError, match=r"the result has shape \(2,\) and dtype float64: give a cotangent of that shape"):
        session.backward(y)
    with pytest.raises(TapeError, match=r"expected shape \(2,\) and dtype float64, got shape \(3,\)"):
        session.backward(y, np.ones(3))


def test_tangents(session):
    """JVP in both backends; by one leaf, and by several at once."""
    w, b = session.param(W, name="w"), session.param(B)
    loss = loss_of(session, w, b)
    dw, db = RNG.standard_normal((3, 2)), RNG.standard_normal(2)
    wanted = s2s.jvp(plain, (W, B), (dw, db))[1]
    np.testing.assert_allclose(session.jvp(loss, {w: dw, b: db}), wanted, rtol=1e-13)
    one, other = session.jvp_leaf(loss, "w", dw), session.jvp_leaf(loss, session.use(b), db)
    np.testing.assert_allclose(one + other, wanted, rtol=1e-13)
    with pytest.raises(TapeError, match="give it to a leaf"):
        session.jvp(loss, {loss: 1.0})
    with pytest.raises(TapeError, match=r"w: expected shape \(3, 2\) and dtype float64, got shape \(2,\)"):
        session.jvp(loss, {w: db})


def test_leaves_at_any_time(session):
    x = session.input(2.0, requires_grad=True)
    y = x * x
    z = session.input(3.0, requires_grad=True)
    found = session.backward(y * z)
    assert (found[x], found[z]) == (12.0, 4.0)


def test_inputs_of_whole_numbers(session):
    """Labels and positions carry no gradient, and are no constants of the program."""
    table, labels = session.param(np.arange(6.0).reshape(3, 2), name="table"), session.input(np.array([2, 0, 2]))
    found = session.backward(np.sum(session.use(table)[labels] ** 2))
    np.testing.assert_array_equal(found["table"], [[0.0, 2.0], [0.0, 0.0], [16.0, 20.0]])
    with pytest.raises(IndexError):
        _ = session.use(table)[session.input(np.array([3]))]


def test_detached_values(session):
    """The same value, a gradient of exactly zero."""
    x = session.input(2.0, requires_grad=True)
    y = session.detach(x * x) * 3.0 + x * 0.0
    assert y.value == 12.0
    assert session.backward(y)[x] == 0.0
    assert session.backward(session.detach(x) * x)[x] == 2.0


def test_constants_and_frozen_parameters_have_no_gradient(session):
    """D3: a frozen parameter is never updated, with either backend."""
    w, frozen = session.param(2.0), session.param(3.0, name="frozen", requires_grad=False)
    loss = session.use(w) * session.use(frozen) + session.const(1.0)
    found = session.backward(loss)
    assert list(found) == [w]
    with pytest.raises(KeyError, match="requires_grad=False"):
        found["frozen"]
    session.sgd_step(0.1, found)
    assert (w.value, frozen.value) == (pytest.approx(1.7, rel=1e-15), 3.0)


def test_steps_of_gradient_descent(session):
    w, b = session.param(W), session.param(B)
    values = [session.step(lambda s: loss_of(s, w, b), 0.1) for _ in range(4)]
    assert values == sorted(values, reverse=True)
    other_w, other_b = W.copy(), B.copy()
    for value in values:
        found, (dw, db) = s2s.value_and_grad(plain, argnums=(0, 1))(other_w, other_b)
        np.testing.assert_allclose(value, found, rtol=1e-13)
        other_w, other_b = other_w - 0.1 * dw, other_b - 0.1 * db
    np.testing.assert_allclose(w.value, other_w, rtol=1e-12)


def test_a_step_keeps_single_precision(session):
    w = session.param(np.ones(2, np.float32))
    session.step(lambda s: np.sum(s.use(w) ** 2), 0.1)
    assert w.value.dtype == np.float32


def test_a_reset_forgets(session):
    w = session.param(2.0, name="w")
    old = session.use(w)
    session.reset()
    with pytest.raises(KeyError, match="was not used since the last reset"):
        session.backward(session.input(1.0, requires_grad=True) * 2.0)[w]
    with pytest.raises(KeyError, match="from before the last reset"):
        session.number(old)
    with session.fresh():
        assert session.backward(session.use(w) * 3.0)["w"] == 3.0
    assert session.leaves == []


def test_hooks_must_keep_the_shape(session):
    w, b = session.param(W, name="w"), session.param(B, name="b")
    loss = loss_of(session, w, b)
    before = session.backward(loss)
    session.register_hook(lambda key, g: g / 2.0, on=w)
    after = session.backward(loss)
    np.testing.assert_array_equal(after["w"], before["w"] / 2.0)
    np.testing.assert_array_equal(after["b"], before["b"])
    session.register_hook(lambda key, g: g[:1])
    with pytest.raises(TapeError, match=r"a hook made shape \(1,\) of a gradient of shape \(2,\)"):
        session.backward(loss)["b"]


# -------------------------------------------------------------------------------------------------------------- dropout
def test_dropout_depends_on_the_seed_and_on_what_was_drawn_only():
    """D15: recording more changes nothing."""

    def dropped(backend, extra):
        s = Session(backend, seed=9)
        x = s.input(np.ones(20), requires_grad=True)
        if extra:
            _ = np.sin(x) * 2.0
        y = s.dropout(x, 0.4)
        return y.value, s.backward(np.sum(y))[x]

    first = dropped("eager", False)
    for again in (dropped("eager", True), dropped("compiled", False)):
        np.testing.assert_array_equal(again[0], first[0])
        np.testing.assert_array_equal(again[1], first[1])
    np.testing.assert_array_equal(first[0], first[1])
    assert set(first[0]) == {0.0, 1.0 / 0.6}


def test_dropout_that_leaves_all_out_is_refused(session):
    x = session.input(np.ones(2))
    assert session.dropout(x, 0.5, train=False) is x
    for p in (1.0, -0.1):
        with pytest.raises(ValueError, match="at least 0 and less than 1"):
            session.dropout(x, p)


# ----------------------------------------------------------------------------------------------------------- what it is
def test_the_tape_it_is_compiled_to_walks_back_as_the_graph_does(session):
    w, b = session.param(W), session.param(B)
    loss = loss_of(session, w, b)
    assert session.check(loss, seed=1)
    tape = session.compile_tape(loss)
    assert all(node.requires_grad for node in tape.record.nodes)
    assert "np.where" in str(session.graph(loss))


def test_programs_are_made_once():
    """The same recording of other numbers is the same program."""
    s2s.session._FUNCTIONS.clear()
    s = Session("compiled")
    w = s.param(2.0)
    for _ in range(3):
        s.step(lambda s: s.use(w) ** 2 * s.input(float(RNG.standard_normal())), 0.01)
    assert len(s2s.session._FUNCTIONS) == 1


def test_functions_of_math_are_recorded_by_run(session):
    x = session.input(0.5, requires_grad=True)
    y = session.run(lambda x: math.sin(x) * float(x), x)
    assert session.backward(y)[x] == pytest.approx(math.cos(0.5) * 0.5 + math.sin(0.5), rel=1e-15)


def test_refusals(session):
    with pytest.raises(TapeError, match="an int carries no derivative"):
        session.param(3)
    with pytest.raises(TapeError, match="a handle is given as a value"):
        session.input(session.input(1.0))
    with pytest.raises(ValueError, match="backend is 'eager' or 'compiled', got 'gpu'"):
        Session("gpu")
    with pytest.raises(MissingRule, match="has no derivative rule"):
        np.nextafter(session.input(1.0, requires_grad=True), 2.0)
    with pytest.raises(KeyError, match="nothing that was recorded is called 'v'"):
        session.backward(session.input(1.0, requires_grad=True) * 2.0)["v"]
    assert repr(Param(1.0, "w", False)) == "Param(1.0, w, frozen)"
