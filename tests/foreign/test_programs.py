"""Compiled derivatives of programs of many hands against NumPy's: values, slopes, kinds of results, errors, arguments left alone."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from foreign.programs import BY_NUMBA, PROGRAMS
from s2s import jvp, value_and_grad
from s2s.errors import S2SError
from s2s.testing.directions import random_tangent
from s2s_runtime import tree

LABELS = [f"{function.__name__}-{k}" for k, (function, _) in enumerate(PROGRAMS)]


def kind(leaf):
    """A float of NumPy's in double precision is as good as Python's."""
    return leaf.dtype if isinstance(leaf, np.ndarray) else {np.float64: float, np.complex128: complex}.get(type(leaf), type(leaf))


def outcome(call, args):
    """The leaves of what a derivative gives, or the error."""
    given = tree.copy(args)
    try:
        with np.errstate(all="ignore"):
            found = tree.flatten(call(*given))[0]
    except S2SError:
        raise
    except Exception as error:
        return type(error)
    for arg, before in zip(given, args, strict=True):
        np.testing.assert_array_equal(arg, before)
    return found


def assert_alike(found, expected):
    if isinstance(expected, type):
        assert found is expected
        return
    for one, other in zip(found, expected, strict=True):
        assert kind(one) == kind(other)
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


def check(function, args, jit):
    wrt = tuple(k for k, arg in enumerate(args) if tree.is_differentiable(arg))
    assert_alike(*[outcome(value_and_grad(function, argnums=wrt, jit=form), args) for form in (jit, False)])
    tangents = random_tangent(args, np.random.default_rng(0))
    assert_alike(*[outcome(lambda *given, form=form: jvp(function, given, tangents, jit=form), args) for form in (jit, False)])


@pytest.mark.parametrize(("function", "args"), PROGRAMS, ids=LABELS)
def test_loop_nests_give_what_numpy_gives(function, args, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    check(function, args, "auto")


@pytest.mark.parametrize("number", BY_NUMBA, ids=lambda number: LABELS[number])
def test_compiled_they_do_so_too(number):
    check(*PROGRAMS[number], True)
