"""Loop nests compute what NumPy does: every module of `tests/programs`, at two sizes; all of it, or it is known which lines stay.

Numba is switched off, so the loop nests run as Python: what Numba makes of them takes seconds for each.  `python -m
lower.compiled`, from `tests/`, compiles all of them.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import pytest

from lower.corpus import IN_PARTS, active, arguments, modules
from s2s import value_and_grad
from s2s.errors import NotCompiled
from s2s_runtime import tree

SIZES = (5, 7)


def leaves(value: Any) -> list[Any]:
    return [np.asarray(leaf) for leaf in tree.flatten(value)[0] if leaf is not None]


@pytest.fixture(autouse=True)
def loops_in_python(monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)


MODULES = {module.__name__.rpartition(".")[2]: module for module in modules()}


@pytest.mark.share(2)
@pytest.mark.parametrize("name", MODULES)
def test_loop_nests_compute_what_numpy_does(name: str) -> None:
    module = MODULES[name]
    compiled = value_and_grad(module.loss, active(module), jit="auto" if name in IN_PARTS else True)
    readable = value_and_grad(module.loss, active(module), jit=False)
    for size in SIZES:
        found, expected = compiled(*arguments(module, size)), readable(*arguments(module, size))
        assert tree.flatten(found)[1] == tree.flatten(expected)[1]
        for one, other in zip(leaves(found), leaves(expected), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-11 * max(1.0, np.max(np.abs(other), initial=0.0)))


@pytest.mark.parametrize("name", sorted(IN_PARTS))
def test_what_is_not_compiled_as_a_whole_is_known(name: str) -> None:
    module = MODULES[name]
    with pytest.raises(NotCompiled):
        value_and_grad(module.loss, active(module), jit=True)(*arguments(module, SIZES[0]))
