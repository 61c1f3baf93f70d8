"""Compiled derivatives never read or write beside an array: lengths that do not fit are the error that they are in NumPy.

The loop nests run as Python, which finds out what machine code would not.
"""

from __future__ import annotations

import numba
import numpy as np
import pytest

from foreign.lengths import FIRST, PROGRAMS, THEN
from s2s import value_and_grad


def outcome(gradient, args):
    """The value and the gradients as one array, or the error."""
    try:
        with np.errstate(all="ignore"):
            value, bars = gradient(*[arg.copy() for arg in args])
    except (ValueError, IndexError) as error:
        return type(error)
    return np.concatenate([[value], *bars])


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("first", FIRST, ids=lambda args: "-".join(str(len(arg)) for arg in args))
def test_lengths_that_do_not_fit_are_an_error(program, first, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    plain, compiled = value_and_grad(program, argnums=(0, 1), jit=False), value_and_grad(program, argnums=(0, 1), jit="auto")
    for args in [first, *THEN]:
        expected, found = outcome(plain, args), outcome(compiled, args)
        if isinstance(expected, type):
            assert found is expected, [len(arg) for arg in args]
        else:
            np.testing.assert_allclose(found, expected, rtol=1e-12)
