"""The hook: a compiled tape's reverse loop is the graph's reverse mode and the generated adjoint, on fractions, for any cotangents."""

from __future__ import annotations

from fractions import Fraction

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest

from s2s import Session
from s2s.graph import trace
from s2s.verify import NotVerified
from s2s.verify.hook import hook, random_seeds

few = st.fractions(min_value=-3, max_value=3, max_denominator=5)
fractions = st.lists(few, min_size=3, max_size=3).map(lambda numbers: np.array(numbers, object))
OPERATIONS = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - 2.0 * b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / (1.0 + b * b),
    "square": lambda a, b: a**2 + b[0],
    "dot": lambda a, b: a * (a @ b),
    "outer": lambda a, b: np.outer(a, b) @ a,
    "shift": lambda a, b: np.concatenate([a[1:], b[:1]]),
    "cumsum": lambda a, b: np.cumsum(a) - b,
    "gather": lambda a, b: a[[0, 0, 2]] * b,
    "split": lambda a, b: np.stack([np.sum(part) for part in np.split(a, 3)]) + b,
    "mean": lambda a, b: a - np.mean(b),
    "reshape": lambda a, b: np.transpose(np.reshape(a, (3, 1))) @ np.reshape(b, (3, 1)) + np.zeros((1, 3)),
}


def program(steps):
    def run(x, y):
        a, b = x, y
        for step in steps:
            a, b = b, np.reshape(OPERATIONS[step](a, b), (3,))
        return a, b

    return run


@hypothesis.settings(max_examples=40, deadline=None, derandomize=True)
@hypothesis.given(st.lists(st.sampled_from(sorted(OPERATIONS)), min_size=1, max_size=5), fractions, fractions, st.integers(0, 1000))
def test_any_graph_any_cotangents(steps, x, y, number):
    found = hook(trace(program(steps), (3,), (3,)), x, y, number=number)
    assert found.holds, (found.by_tape, found.by_graph, found.by_source)


@hypothesis.settings(max_examples=20, deadline=None, derandomize=True)
@hypothesis.given(st.lists(st.sampled_from(sorted(OPERATIONS)), min_size=1, max_size=4), fractions, fractions)
def test_any_session(steps, x, y):
    s = Session()
    w = s.param(np.array([0.5, -1.0, 2.0]))
    a, b = program(steps)(s.use(w), s.input(np.array([1.0, 2.0, -0.5]), requires_grad=True))
    assert hook(s.graph([a, b]), x, y).holds


def test_given_cotangents_and_what_is_found():
    graph = trace(lambda x: x * x, ())
    found = hook(graph, Fraction(3, 7), seeds=[Fraction(1, 3), Fraction(5)])
    assert found.by_tape == found.by_graph == [Fraction(1, 3) + Fraction(30, 7), Fraction(5)]
    assert found.by_source == (Fraction(1, 3) + Fraction(30, 7),)


def test_a_wrong_rule_is_noticed(monkeypatch):
    """The tape and the graph share the rules; generated code that does not agree is found."""
    graph = trace(lambda x: x * x, ())
    found = hook(graph, Fraction(2))
    assert found.holds
    wrong = type(found)(found.by_tape, found.by_graph, (found.by_source[0] + 1,), found.arguments)
    assert not wrong.holds


def test_what_is_no_fraction_is_refused():
    with pytest.raises(NotVerified):
        hook(trace(lambda x: np.exp(x) * x, ()), Fraction(1, 2))


def test_seeds_are_drawn_for_each_entry():
    assert [np.shape(seed) for seed in random_seeds([Fraction(1), np.array([Fraction(1)] * 3, object)], 0)] == [(), (3,)]
