"""Linear algebra of stacks of matrices: matrix by matrix, in a loop, since LAPACK is called for one at a time.

    np.linalg.inv(a)        =>        for k in range(len(a)): result[k] = np.linalg.inv(a[k])

In: a call, as an application whose operands have so many axes each.  Out: a definition, which is inlined; None for one matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from s2s_runtime import kernels


def inv(a: Any) -> Any:
    result = np.empty(np.shape(a), np.result_type(a, 0.0))
    for k in range(len(a)):
        result[k] = np.linalg.inv(a[k])
    return result


def cholesky(a: Any) -> Any:
    result = np.empty(np.shape(a), np.result_type(a, 0.0))
    for k in range(len(a)):
        result[k] = np.linalg.cholesky(a[k])
    return result


def det(a: Any) -> Any:
    result = np.empty(np.shape(a)[:-2], np.result_type(a, 0.0))
    for k in range(len(a)):
        result[k] = np.linalg.det(a[k])
    return result


def cofactors(a: Any) -> Any:
    result = np.empty(np.shape(a), np.result_type(a, 0.0))
    for k in range(len(a)):
        result[k] = kernels.cofactors(a[k])
    return result


def solve(a: Any, b: Any) -> Any:
    """Both are stacks, with as many axes."""
    if len(a) != len(b):
        raise ValueError("stacks of different lengths")
    result = np.empty(np.shape(b), np.result_type(a, b, 0.0))
    for k in range(len(a)):
        result[k] = np.linalg.solve(a[k], b[k])
    return result


STACKS: dict[Any, Callable[..., Any]] = {
    np.linalg.inv: inv, np.linalg.cholesky: cholesky, np.linalg.det: det, kernels.cofactors: cofactors, np.linalg.solve: solve,
}  # fmt: skip
"""Functions of a matrix, by what they are of stacks."""


def of_stack(function: Any, ranks: Sequence[int]) -> Callable[..., Any] | None:
    """What a function means for operands with so many axes, if these are stacks of matrices, all of them."""
    stacked = all(rank > 2 for rank in ranks) and len(set(ranks)) == 1
    return STACKS.get(function) if stacked else None
