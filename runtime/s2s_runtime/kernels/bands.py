"""Kernels for banded matrices: products with them, products that are read along the band, and transposes.

In: `ab` as `scipy.linalg.solve_banded` takes it: `ab[upper + i - j, j]` is the entry (i, j) of a square matrix, which has `lower`
diagonals below the main one and `upper` above it.  Out: arrays.  What of `ab` lies outside of the matrix is not read, and 0 where it
is made.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def of_bands(ab: Any, lower: int, upper: int, x: Any) -> Any:
    """The product of a banded matrix with a vector, or with the columns of a matrix.

    >>> of_bands(np.array([[0.0, 2.0, 3.0], [1.0, 1.0, 1.0]]), 0, 1, np.array([1.0, 10.0, 100.0]))
    array([ 21., 310., 100.])
    """
    columns = np.reshape(x, (np.shape(ab)[1], -1))
    result = np.zeros(np.shape(columns), np.result_type(ab, x))
    for row, rows, places in _diagonals(np.shape(ab)[1], lower, upper):
        result[rows] = result[rows] + ab[row, places][:, None] * columns[places]
    return np.reshape(result, np.shape(x))


def outer_bands(y: Any, x: Any, lower: int, upper: int) -> Any:
    """The band of the product of columns and rows, y x^T.

    >>> outer_bands(np.array([1.0, 2.0, 3.0]), np.array([1.0, 10.0, 100.0]), 0, 1)
    array([[  0.,  10., 200.],
           [  1.,  20., 300.]])
    """
    size = np.shape(y)[0]
    left, right = np.reshape(y, (size, -1)), np.reshape(x, (size, -1))
    result = np.zeros((lower + upper + 1, size), np.result_type(y, x))
    for row, rows, places in _diagonals(size, lower, upper):
        result[row, places] = np.sum(left[rows] * right[places], axis=1)
    return result


def turned_bands(ab: Any, lower: int, upper: int) -> Any:
    """The transpose: of a matrix with `upper` diagonals below the main one and `lower` above it.

    >>> turned_bands(np.array([[0.0, 2.0, 3.0], [1.0, 1.0, 1.0]]), 0, 1)
    array([[1., 1., 1.],
           [2., 3., 0.]])
    """
    result = np.zeros(np.shape(ab), np.result_type(ab))
    for row, rows, places in _diagonals(np.shape(ab)[1], lower, upper):
        result[lower + upper - row, rows] = ab[row, places]
    return result


def halved_bands(ab: Any, lower: bool) -> Any:
    """The band of half of a symmetric matrix: its main diagonal, which is the first row or the last, is in both halves.

    >>> halved_bands(np.array([[4.0, 6.0], [1.0, 0.0]]), True)
    array([[2., 3.],
           [1., 0.]])
    """
    result = np.array(ab)
    result[0 if lower else -1] = 0.5 * result[0 if lower else -1]
    return result


def _diagonals(size: int, lower: int, upper: int) -> Any:
    """Each diagonal that crosses the matrix: its row in `ab`, the rows of the matrix and the columns that it goes through."""
    for row in range(lower + upper + 1):
        below = row - upper
        if abs(below) < size:
            yield row, slice(max(below, 0), size + min(below, 0)), slice(max(-below, 0), size - max(below, 0))
