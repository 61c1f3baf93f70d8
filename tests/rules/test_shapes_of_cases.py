"""Every rule of an everyday function is tried with numbers, with nothing, and with axes of length 1, where NumPy takes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from rules.drawing import cases_of
from s2s.rules import RULES
from s2s.rules.cases import A

FUNCTIONS = [
    np.add, np.subtract, np.multiply, np.divide, np.power, np.where, np.clip, np.maximum, np.minimum, np.max, np.min, np.absolute,
    np.exp, np.log, np.sqrt, np.sin, np.tanh, np.arctan2, np.hypot, np.sum, np.mean, np.prod, np.var, np.std, np.cumsum,
    np.matmul, np.dot, np.inner, np.outer, np.vdot, np.tensordot, np.einsum, np.kron, np.trace, np.diag, np.tril, np.triu,
    np.reshape, np.ravel, np.transpose, np.swapaxes, np.moveaxis, np.expand_dims, np.squeeze, np.broadcast_to, np.concatenate,
    np.stack, np.hstack, np.vstack, np.split, np.tile, np.repeat, np.flip, np.roll, np.pad, np.take, np.take_along_axis,
    np.linalg.solve, np.linalg.inv, np.linalg.det, np.linalg.slogdet, np.linalg.norm, np.linalg.cholesky,
]  # fmt: skip
NUMBERS, NOTHING, ONE = "numbers", "nothing", "length 1"
NOT_TAKEN = {
    NUMBERS: {
        np.matmul, np.trace, np.diag, np.tril, np.triu, np.swapaxes, np.moveaxis, np.split, np.take_along_axis, np.linalg.solve,
        np.linalg.inv, np.linalg.det, np.linalg.slogdet, np.linalg.cholesky, np.pad,
    },
    NOTHING: {np.var, np.std},
    ONE: set(),
}  # fmt: skip
"""What NumPy refuses, or of which it makes NaN (the variance of nothing), or the array itself (the padding of a number)."""


def shapes(tree: Any) -> Iterator[tuple[int, ...]]:
    if isinstance(tree, A):
        yield tree.shape
    elif isinstance(tree, (list, tuple, dict)):
        for part in tree.values() if isinstance(tree, dict) else tree:
            yield from shapes(part)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_it_is_tried_with(function):
    cases = [case for rule in RULES.of(function) for case in cases_of(rule)]
    found = {shape for case in cases for shape in shapes([case.args, case.kwargs])}
    tried = {NUMBERS: () in found, NOTHING: any(0 in s for s in found), ONE: any(1 in s for s in found)}
    assert {kind for kind in tried if not tried[kind]} == {kind for kind in tried if function in NOT_TAKEN[kind]}
