"""Kernels for triangles and diagonals of matrices, and for matrices of matrices.

In: arrays of two axes (or whose last two are the matrix).  Out: arrays of their dtype.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def triangle(x: Any, lower: bool, without_diagonal: bool) -> Any:
    """The lower or the upper triangle of a matrix, with or without its diagonal; zero beside it.

    >>> triangle(np.ones((2, 2)), True, False).tolist()
    [[1.0, 0.0], [1.0, 1.0]]
    """
    return np.tril(x, -1 if without_diagonal else 0) if lower else np.triu(x, 1 if without_diagonal else 0)


def diagonal_sums(x: Any) -> Any:
    """The sum of each diagonal of a matrix, from the one that ends in the upper right corner to the one in the lower left.

    >>> diagonal_sums(np.array([[1.0, 2.0], [3.0, 4.0]])).tolist()
    [2.0, 5.0, 3.0]
    """
    rows, columns = np.shape(x)
    sums = np.zeros(max(rows + columns - 1, 0), np.result_type(x))
    np.add.at(sums, _diagonals(rows, columns), x)
    return sums


def along_diagonals(x: Any, rows: int, columns: int) -> Any:
    """The adjoint of `diagonal_sums`: a matrix with each entry of a vector all along a diagonal."""
    return np.asarray(x)[_diagonals(rows, columns)]


def _diagonals(rows: int, columns: int) -> Any:
    return np.arange(rows)[:, None] - np.arange(columns) + (columns - 1)


def upper_blocks(a: Any, b: Any) -> Any:
    """[[a, b], [0, a]]: a function of this matrix has the derivative of that function at `a`, along `b`, in its upper right block
    (Mathias 1996)."""
    top = np.concatenate((a, b), axis=-1)
    return np.concatenate((top, np.concatenate((np.zeros_like(a), a), axis=-1)), axis=-2)
