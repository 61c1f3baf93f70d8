"""A program as loop nests beside the same program as NumPy code: value and gradient."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from s2s import value_and_grad
from s2s_runtime import tree


def compare(program, x, jit, exact=False):
    found = tree.flatten(value_and_grad(program, jit=jit)(x))[0]
    expected = tree.flatten(value_and_grad(program, jit=False)(x))[0]
    for one, other in zip(found, expected, strict=True):
        if exact:
            assert np.array_equal(one, other)
        np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-12)


def compare_nests(program, length, monkeypatch):
    """The loop nests run as Python, for a vector of this length."""
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    x = np.random.default_rng(length).normal(size=length)
    try:
        value_and_grad(program, jit=False)(x)
    except (IndexError, ValueError):
        pytest.skip("NumPy has no value for this length")
    compare(program, x, jit="auto")


def assert_whole(program, length, monkeypatch):
    """All of a program is compiled, for a vector of this length."""
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    account = value_and_grad(program, jit="auto").explain(np.ones(length))
    assert "compiled: all of it" in account, account
