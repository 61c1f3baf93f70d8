"""Normal forms: what is zero for all values is found to be, and nothing else is."""

from __future__ import annotations

import random

import pytest
import sympy as sp

import s2s.verify.forms  # noqa: F401  normal forms of functions
from s2s.verify.normal import is_zero

x, y, a = sp.symbols("x y a", real=True)
p, q = sp.symbols("p q", positive=True)
z = sp.Symbol("z", real=True)
PI = sp.pi

IDENTITIES = [
    (x + y) ** 3 - x**3 - 3 * x**2 * y - 3 * x * y**2 - y**3,
    1 / x - 1 / (x + y) - y / (x * (x + y)),
    sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1,
    sp.sin(x + y) - sp.sin(x) * sp.cos(y) - sp.cos(x) * sp.sin(y),
    sp.cos(3 * x) - 4 * sp.cos(x) ** 3 + 3 * sp.cos(x),
    sp.sin(x / 2) ** 2 - (1 - sp.cos(x)) / 2,
    sp.tan(x) - sp.sin(x) / sp.cos(x),
    sp.tanh(x) - (1 - 2 / (sp.exp(2 * x) + 1)),
    sp.cosh(x) ** 2 - sp.sinh(x) ** 2 - 1,
    sp.exp(x + y / 2) - sp.exp(x) * sp.sqrt(sp.exp(y)),
    1 / sp.sqrt(1 + x**2) - sp.sqrt(1 + x**2) / (1 + x**2),
    sp.sqrt(p * x**2 + p * y**2) - sp.sqrt(p) * sp.sqrt(x**2 + y**2),
    sp.log(p * q / (1 + x**2)) - sp.log(p) - sp.log(q) + sp.log(1 + x**2),
    sp.log(p * sp.exp(x)) - x - sp.log(p),
    sp.log(sp.sqrt(1 + x**2)) - sp.log(1 + x**2) / 2,
    p ** (a - 1) - p**a / p,
    (p / q) ** a - p**a * q ** (-a),
    sp.exp(a * sp.log(p)) - p**a,
    sp.cos(2 * PI / 7) + sp.cos(4 * PI / 7) + sp.cos(6 * PI / 7) + sp.Rational(1, 2),
    sp.besselj(0, (x**2 - 1) / (x - 1)) - sp.besselj(0, x + 1),
    sp.erfc(x) + sp.erf(x) - 1,
    sp.sqrt(x + sp.sqrt(y + z)) ** 4 - x**2 - 2 * x * sp.sqrt(y + z) - y - z,
]

ONLY_SOMETIMES = [
    sp.Pow(x**2 - 2 * x * y + y**2, sp.Rational(1, 2)) - x + y,
    sp.Abs(x) - x,
    sp.log(x**2 * y**2) / 2 - sp.log(x) - sp.log(y + z),
    sp.sqrt(1 + x) * sp.sqrt(1 - x) - sp.sqrt(1 + x**2),
    sp.cos(x) - sp.cos(x + PI),
    sp.exp(x) ** 2 - sp.exp(x**2),
    sp.cos(2 * PI / 7) + sp.cos(4 * PI / 7) - sp.cos(6 * PI / 7),
    x**1000 * y**1000 - x**1000 * y**1001,
]


@pytest.mark.parametrize("expr", IDENTITIES)
def test_what_is_zero_is_found(expr):
    assert is_zero(expr)
    assert not is_zero(expr + sp.Rational(1, 10**30))
    assert not is_zero(expr + x * y)


@pytest.mark.parametrize("expr", ONLY_SOMETIMES)
def test_what_is_not_always_zero_is_not(expr):
    assert not is_zero(expr)


def test_powers_that_are_too_high_are_left():
    """Their fields in a monomial would run into those of other generators."""
    assert not is_zero((x + y) ** 2_000_000 - (x + y) ** 2_000_000 * (1 + x) / (1 + x) + 1)
    assert not is_zero(x**1_048_576 - y)


def grown(rng: random.Random, depth: int) -> sp.Expr:
    """A random expression that is defined everywhere."""
    if depth == 0:
        return rng.choice([x, y, p, q, sp.Integer(rng.randint(-3, 3)), sp.Rational(rng.randint(1, 5), rng.randint(1, 4))])
    left, right = grown(rng, depth - 1), grown(rng, rng.randint(0, depth - 1))
    makers = [
        lambda: left + right, lambda: left * right, lambda: left - right, lambda: left / (2 + right**2), lambda: sp.sin(left),
        lambda: sp.cos(left), lambda: sp.exp(left / (1 + left**2)), lambda: sp.log(1 + left**2), lambda: sp.sqrt(left**2 + right**2 + 1),
        lambda: sp.tanh(left), lambda: left**2, lambda: (1 + left**2) ** sp.Rational(-3, 2), lambda: sp.erf(left),
    ]  # fmt: skip
    return rng.choice(makers)()


WAYS = [sp.expand, sp.together, sp.factor_terms, sp.expand_trig, lambda e: sp.expand(e, deep=False)]
POINT = {x: sp.Rational(7, 11), y: sp.Rational(-5, 13), p: sp.Rational(9, 7), q: sp.Rational(4, 9)}


@pytest.mark.parametrize("seed", range(40))
def test_of_random_expressions_none_but_zeros_are_zero(seed):
    """An expression and another form of it, with one part changed or not: the numbers at a point say which are equal."""
    rng = random.Random(seed)
    expr = grown(rng, 3)
    other = rng.choice(WAYS)(expr)
    parts = [part for part in sp.preorder_traversal(other) if part.args or part.is_Symbol]
    changed = other.subs(rng.choice(parts), rng.choice([x, -y, p, sp.Integer(1), x * y])) if parts and seed % 2 else other
    apart = expr - changed
    value = abs(sp.N(apart.subs(POINT), 40))
    if is_zero(apart):
        assert value < 1e-30, apart
    elif seed % 2 == 0:
        assert value > 1e-30 or sp.count_ops(apart) > 40, apart
