"""Linear systems by a factorisation that several of them share, and systems of triangular matrices.

In: arrays of float64 or float32, as `np.linalg.solve` takes them.  Out: what NumPy's functions give, to rounding.  Raises LinAlgError
as they do: a matrix that is singular is found when it is used, not when it is factorised.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Factors = tuple[np.ndarray, np.ndarray]


def lapack(routine: str, *arrays: np.ndarray) -> Any:
    """A routine of LAPACK's for the dtype of arrays."""
    from scipy.linalg import get_lapack_funcs

    return get_lapack_funcs(routine, arrays)


def lu_factor(a: np.ndarray) -> Factors:
    """A square matrix as a product of triangular ones, and which rows were exchanged."""
    if a.shape[0] != a.shape[1]:
        raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")
    if not len(a):
        return a.copy(order="F"), np.empty(0, np.int32)
    matrix, rows, _ = lapack("getrf", a)(a)
    return matrix, rows


def regular(factorised: Factors) -> np.ndarray:
    if np.any(np.diagonal(factorised[0]) == 0):
        raise np.linalg.LinAlgError("Singular matrix")
    return factorised[0]


def lu_solve(factorised: Factors, b: np.ndarray, transposed: int = 0) -> np.ndarray:
    """`np.linalg.solve(a, b)` of a factorised matrix, or of its transpose."""
    matrix = regular(factorised)
    if len(b) != len(matrix):
        raise ValueError("a linear system has a right side of another length than the matrix")
    if not b.size:
        return b.copy()
    found: np.ndarray = lapack("getrs", matrix)(matrix, factorised[1], b, trans=transposed)[0]
    return found


def lu_solve_transposed(factorised: Factors, b: np.ndarray) -> np.ndarray:
    """`np.linalg.solve(a.T, b)` of a factorised matrix."""
    return lu_solve(factorised, b, 1)


def lu_inv(factorised: Factors) -> np.ndarray:
    """`np.linalg.inv(a)` of a factorised matrix."""
    matrix = regular(factorised)
    if not len(matrix):
        return matrix.copy()
    found: np.ndarray = lapack("getri", matrix)(matrix, factorised[1])[0]
    return found


def lu_slogdet(factorised: Factors) -> tuple[Any, Any]:
    """`np.linalg.slogdet(a)` of a factorised matrix."""
    matrix, rows = factorised
    pivots = np.diagonal(matrix)
    if np.any(pivots == 0):
        return matrix.dtype.type(0.0), matrix.dtype.type(-np.inf)
    turns = np.sum(rows != np.arange(len(rows))) + np.sum(pivots < 0)
    return matrix.dtype.type(1 - 2 * (turns % 2)), np.sum(np.log(np.abs(pivots)))


def lu_det(factorised: Factors) -> Any:
    """`np.linalg.det(a)` of a factorised matrix."""
    sign, logarithm = lu_slogdet(factorised)
    return sign * np.exp(logarithm)


def solve_lower(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """`np.linalg.solve(a, b)` of a matrix that is 0 above its diagonal."""
    return substituted(a, b, 1)


def solve_upper(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """`np.linalg.solve(a, b)` of a matrix that is 0 below its diagonal."""
    return substituted(a, b, 0)


def substituted(a: np.ndarray, b: np.ndarray, lower: int) -> np.ndarray:
    if a.shape[0] != a.shape[1]:
        raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")
    if len(b) != len(a):
        raise ValueError("a linear system has a right side of another length than the matrix")
    if not b.size:
        return b.copy()
    found, info = lapack("trtrs", a)(a, b, lower=lower)
    if info:
        raise np.linalg.LinAlgError("Singular matrix")
    return np.asarray(found).reshape(b.shape)


def eigh_upper(a: np.ndarray) -> Factors:
    """`np.linalg.eigh(a, "U")`."""
    values, vectors = np.linalg.eigh(a, "U")
    return values, vectors
