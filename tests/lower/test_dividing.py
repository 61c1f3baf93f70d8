"""Quotients in derivatives become products where the last place decides nothing, and nowhere else."""

from __future__ import annotations

import re

import numba
import numpy as np
import pytest

from s2s import value_and_grad


def by_a_width(x, h):
    total = 0.0
    for i in range(len(x)):
        total += np.exp(-(((x[i] - x[0]) / h) ** 2)) + x[i] / h
    return total


def by_a_cell(x, table, h):
    total = 0.0
    for i in range(len(x)):
        u = x[i] / h
        k = int(np.floor(u))
        w = u - k
        total += (table[k] * (1.0 - w) + table[k + 1] * w) ** 2
    return total


def by_a_remainder(x, h):
    total = 0.0
    for i in range(len(x)):
        total += (x[i] % h) ** 2
    return total


def by_each_row(x, h):
    total = 0.0
    for i in range(len(h)):
        for j in range(len(x)):
            if x[j] > 0:
                total += np.sin(x[j] / h[i])
    return total


X = np.random.default_rng(3).normal(size=24)
CASES = [
    (by_a_width, (X, 0.7)),
    (by_a_cell, (np.abs(X), np.linspace(0.0, 4.0, 40) ** 2, 0.1)),
    (by_a_cell, (np.arange(24) * 0.1, np.linspace(0.0, 4.0, 40) ** 2, 0.1)),
    (by_a_remainder, (np.arange(24) * 0.1, 0.1)),
    (by_a_remainder, (X, 0.3)),
    (by_each_row, (X, np.linspace(0.4, 2.0, 8))),
]


def active(args):
    return tuple(range(len(args)))


@pytest.fixture(autouse=True)
def loops_in_python(monkeypatch):
    """But for the tests that are said to be of machine code."""
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)


def both(loss, args):
    return [value_and_grad(loss, active(args), jit=jit)(*args) for jit in (True, False)]


def same(found, expected, rtol=1e-12):
    assert found[0] == pytest.approx(expected[0], rel=1e-14, nan_ok=True)
    for one, other in zip(found[1], expected[1], strict=True):
        np.testing.assert_allclose(one, other, rtol=rtol, atol=rtol * np.max(np.abs(other)))


@pytest.mark.parametrize(("loss", "args"), CASES)
def test_the_numpy_text_gives_the_same(loss, args):
    same(*both(loss, args))


def test_the_value_keeps_its_quotients_and_the_derivative_has_none():
    text = value_and_grad(by_a_width, (0, 1), jit=True).source(X, 0.7, lowered=True)
    assert "= reciprocal(h)" in text
    code = "\n".join(line for line in text.splitlines() if "#" not in line)
    assert len(re.findall(r" /=? h\b", code)) == 2


def test_what_says_which_cell_it_is_is_divided():
    text = value_and_grad(by_a_cell, (0, 1, 2), jit=True).source(*CASES[1][1], lowered=True)
    floors = [line for line in text.splitlines() if "floor(" in line]
    assert floors
    assert all(" / h" in line or re.search(r"floor\(\w+\)", line) for line in floors)


@pytest.mark.parametrize("h", [5e-324, 1e-310, -3e-309, np.inf, -np.inf, np.nan, 1e308])
def test_any_number_to_divide_by(monkeypatch, h):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", False)
    x = np.array([0.0, 0.0, 1e-320, 1.0, -2.0, np.inf, 0.0, 0.0, 3.0])
    with np.errstate(all="ignore"):
        found, expected = both(by_a_width, (x, h))
        rows = both(by_each_row, (x[:4], np.array([h, 0.0, -0.0, 1.0])))
    np.testing.assert_allclose(found[0], expected[0])
    for one, other in zip(found[1], expected[1], strict=True):
        np.testing.assert_allclose(one, other)
    np.testing.assert_allclose(rows[0][1][0], rows[1][1][0])
    np.testing.assert_allclose(rows[0][1][1], rows[1][1][1])
