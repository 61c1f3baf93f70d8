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


def eigvalsh(a: Any, UPLO: Any = "L") -> Any:
    result = np.empty(np.shape(a)[:-1], np.result_type(a, 0.0))
    for k in range(len(a)):
        result[k] = np.linalg.eigvalsh(a[k], UPLO)
    return result


def eigh(a: Any, UPLO: Any = "L") -> Any:
    values, vectors = np.empty(np.shape(a)[:-1], np.result_type(a, 0.0)), np.empty(np.shape(a), np.result_type(a, 0.0))
    for k in range(len(a)):
        values[k], vectors[k] = np.linalg.eigh(a[k], UPLO)
    return values, vectors


def slogdet(a: Any) -> Any:
    signs, sizes = np.empty(np.shape(a)[:-2], np.result_type(a, 0.0)), np.empty(np.shape(a)[:-2], np.result_type(a, 0.0))
    for k in range(len(a)):
        signs[k], sizes[k] = np.linalg.slogdet(a[k])
    return signs, sizes


def pinv(a: Any) -> Any:
    result = np.empty((*np.shape(a)[:-2], np.shape(a)[-1], np.shape(a)[-2]), np.result_type(a, 0.0))
    for k in range(len(a)):
        result[k] = np.linalg.pinv(a[k])
    return result


def solve(a: Any, b: Any) -> Any:
    """Stacks are repeated as they are in sums; a right side with one axis is a vector for every matrix."""
    if np.ndim(b) == 1:
        return np.linalg.solve(a, np.expand_dims(b, -1))[..., 0]
    if np.ndim(a) < np.ndim(b):
        return np.linalg.solve(np.expand_dims(a, 0), b)
    if np.ndim(b) < np.ndim(a):
        return np.linalg.solve(a, np.expand_dims(b, 0))
    front = [common(n, m) for n, m in zip(np.shape(a)[:-2], np.shape(b)[:-2], strict=True)]
    result = np.empty((*front, *np.shape(b)[-2:]), np.result_type(a, b, 0.0))
    for k in range(front[0]):
        result[k] = np.linalg.solve(a[min(k, len(a) - 1)], b[min(k, len(b) - 1)])
    return result


def common(n: int, m: int) -> int:
    """The length of two stacks together."""
    if n != m and n != 1 and m != 1:
        raise ValueError("stacks of different lengths")
    return m if n == 1 else n


def svdvals(x: Any) -> Any:
    result = np.empty((*np.shape(x)[:-2], min(np.shape(x)[-2], np.shape(x)[-1])), np.result_type(x, 0.0))
    for k in range(len(x)):
        result[k] = np.linalg.svdvals(x[k])
    return result


def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    if not compute_uv:
        return np.linalg.svdvals(a)
    front, rows, columns = np.shape(a)[:-2], np.shape(a)[-2], np.shape(a)[-1]
    width, height = (rows, columns) if full_matrices else (min(rows, columns), min(rows, columns))
    u, vh = np.empty((*front, rows, width), np.result_type(a, 0.0)), np.empty((*front, height, columns), np.result_type(a, 0.0))
    s = np.empty((*front, min(rows, columns)), np.result_type(a, 0.0))
    for k in range(len(a)):
        u[k], s[k], vh[k] = np.linalg.svd(a[k], full_matrices=full_matrices)
    return u, s, vh


def qr(a: Any, mode: str = "reduced") -> Any:
    front, rows, columns = np.shape(a)[:-2], np.shape(a)[-2], np.shape(a)[-1]
    q = np.empty((*front, rows, min(rows, columns)), np.result_type(a, 0.0))
    r = np.empty((*front, min(rows, columns), columns), np.result_type(a, 0.0))
    for k in range(len(a)):
        q[k], r[k] = np.linalg.qr(a[k])
    return q, r


STACKS: dict[Any, Callable[..., Any]] = {
    np.linalg.inv: inv, np.linalg.cholesky: cholesky, np.linalg.det: det, kernels.cofactors: cofactors, np.linalg.solve: solve,
    np.linalg.eigvalsh: eigvalsh, np.linalg.eigh: eigh, np.linalg.slogdet: slogdet, np.linalg.pinv: pinv,
    np.linalg.svdvals: svdvals, np.linalg.svd: svd, np.linalg.qr: qr,
}  # fmt: skip
"""Functions of a matrix, by what they are of stacks."""


def of_stack(function: Any, ranks: Sequence[int]) -> Callable[..., Any] | None:
    """What a function means for operands with so many axes, if one of these is a stack of matrices."""
    return STACKS.get(function) if any(rank > 2 for rank in ranks) else None
