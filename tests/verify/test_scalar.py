"""Numbers with an expression and a value: exact, never rounded silently, and their comparisons written down."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from s2s.verify.arrays import filled
from s2s.verify.calls import symbol
from s2s.verify.deciding import Verdict, is_zero, same
from s2s.verify.evaluating import value_of
from s2s.verify.lifting import lifted, twin
from s2s.verify.scalar import following, mp, scalar

X = symbol("here_x", sp.Rational(1, 3))
Y = symbol("here_y", sp.Rational(-2, 5))


def test_floats_are_the_numbers_that_they_are():
    assert scalar(0.1).expr == sp.Rational(0.1)
    assert scalar(np.pi).expr == sp.pi
    assert scalar(np.float32(0.5)).expr == sp.Rational(1, 2)


def test_a_number_is_never_rounded_to_a_float():
    with pytest.raises(TypeError):
        float(X)
    with pytest.raises(TypeError):
        [0, 1][X]
    assert int(scalar(2.75)) == 2


def test_a_part_that_is_cut_off_is_a_condition():
    with following() as path:
        assert int(X * 7) == 2
        assert int(Y) == 0
    assert [(str(difference), relation, outcome) for difference, relation, outcome in path.steps] == [
        ("7*here_x - 2", "ge", True), ("7*here_x - 3", "lt", True), ("here_y + 1", "gt", True), ("here_y - 1", "lt", True),
    ]  # fmt: skip


def test_comparisons_are_decided_at_the_sample_and_written_down():
    with following() as path:
        assert X > Y
        assert not X < 0
        assert max(X, Y) is X
    assert [(str(difference), relation, outcome) for difference, relation, outcome in path.steps] == [
        ("here_x - here_y", "gt", True), ("here_x", "lt", False), ("-here_x + here_y", "gt", False),
    ]  # fmt: skip


def test_numpys_functions_take_their_meanings():
    both = filled([X, Y], (2,))
    assert [str(entry.expr) for entry in np.exp(both)] == ["exp(here_x)", "exp(here_y)"]
    assert str(np.sum(both * both).expr) == "here_x**2 + here_y**2"
    assert str(lifted(np.linalg.det)(np.array([[X, 1], [2, Y]], object)).expr) == "here_x*here_y - 2"


def test_complex_numbers_are_pairs():
    z = X + scalar(1j) * Y
    assert str((z * z.conjugate()).real.expr) == "here_x**2 + here_y**2"
    assert mp.almosteq(abs(z).value, mp.hypot(X.value, Y.value))


def test_a_twin_has_exact_constants():
    def third(x):
        return x * 0.1 * 0.2  # in this order nothing is folded

    assert twin(third)(X).expr == sp.Rational(0.1) * sp.Rational(0.2) * X.expr


def test_the_value_of_an_expression_is_that_at_the_sample():
    expr = sp.exp(X.expr) * sp.sqrt(1 + Y.expr**2) + sp.besselj(0, X.expr)
    expected = mp.exp(X.value) * mp.sqrt(1 + Y.value**2) + mp.besselj(0, X.value)
    assert abs(value_of(expr) - expected) < mp.mpf(10) ** -60


@pytest.mark.parametrize(
    "expr",
    [
        (X.expr + 1) ** 2 - X.expr**2 - 2 * X.expr - 1, 1 / X.expr - 1 / (X.expr + Y.expr) - Y.expr / (X.expr * (X.expr + Y.expr)),
        sp.sin(X.expr) ** 2 + sp.cos(X.expr) ** 2 - 1, sp.tanh(X.expr) - (1 - 2 / (sp.exp(2 * X.expr) + 1)),
    ],
)  # fmt: skip
def test_identities_are_decided(expr):
    assert is_zero(expr)
    assert not is_zero(expr + sp.Rational(1, 10**30))


def test_what_differs_in_the_last_digits_is_refuted():
    assert same(scalar(sp.Rational(1, 3).p) / 3, scalar(1) / 3) is Verdict.proved
    assert same(X + scalar(10) ** -20, X) is Verdict.rounded
    assert same(X + scalar(10) ** -9, X) is Verdict.refuted
