"""Kernels for sparse matrices: products, and solutions of systems, with SciPy's own routines.

In: a matrix of `scipy.sparse`, which is constant; or `data`, `rows` and `columns`, the entries of one and where they stand, in the order
that SciPy adds them up in, with its shape.  Out: arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def sparse_product(a: Any, x: Any) -> Any:
    """`a @ x`: a sparse matrix times a vector, or a matrix that is an array."""
    return a @ x


def sparse_product_from_left(x: Any, a: Any) -> Any:
    """`x @ a`."""
    return x @ a


def sparse_transpose(a: Any) -> Any:
    """`a.T`."""
    return a.T


def sparse_sum(a: Any, b: Any) -> Any:
    """`a + b` of two matrices."""
    return a + b


def sparse_difference(a: Any, b: Any) -> Any:
    """`a - b` of two matrices."""
    return a - b


def sparse_multiple(a: Any, factor: Any) -> Any:
    """`factor * a`, of a number that is known."""
    return factor * a


def sparse_matrix_product(a: Any, b: Any) -> Any:
    """`a @ b` of two matrices."""
    return a @ b


def sparse_entries(a: Any) -> tuple[Any, Any, Any]:
    """The entries of a matrix, in the order in which it has them, and their rows and columns."""
    found = a.tocoo()
    return found.data, found.row, found.col


def common_shape(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """The shape of two matrices that are added; an error if they have two."""
    if tuple(one) != tuple(other):
        raise ValueError(f"inconsistent shapes of sparse matrices: {one} and {other}")
    return one


def sparse_shape(a: Any) -> tuple[int, int]:
    """`a.shape`."""
    rows, columns = a.shape
    return int(rows), int(columns)


def sparse_in_format(a: Any, name: str) -> Any:
    """`a.tocsr()` and the like."""
    return a.asformat(name)


def sparse_to_array(a: Any) -> Any:
    """`a.toarray()`."""
    return a.toarray()


def sparse_solution(a: Any, b: Any) -> Any:
    """`scipy.sparse.linalg.spsolve(a, b)`: a right side of one column gives a vector."""
    from scipy.sparse.linalg import spsolve

    return spsolve(a, b)


def factored_solution(factors: Any, b: Any, trans: str = "N") -> Any:
    """`splu(a).solve(b, trans)`."""
    return factors.solve(b, trans)


# ------------------------------------------------------------------------------------------------- given by their entries
def entries_of(pointers: Any) -> Any:
    """The row, or column, of each entry of a compressed matrix.

    >>> entries_of(np.array([0, 2, 2, 3])).tolist()
    [0, 0, 2]
    """
    return np.repeat(np.arange(len(pointers) - 1), np.diff(pointers))


def product_of_entries(data: Any, rows: Any, columns: Any, shape: tuple[int, int], x: Any) -> Any:
    """The product of a sparse matrix with a vector, or with the columns of a matrix.

    >>> product_of_entries(np.array([2.0, 3.0]), np.array([0, 1]), np.array([1, 1]), (2, 2), np.array([1.0, 10.0]))
    array([20., 30.])
    """
    from scipy.sparse import coo_array

    return coo_array((data, (rows, columns)), shape) @ x


def dense_of_entries(data: Any, rows: Any, columns: Any, shape: tuple[int, int]) -> Any:
    """The matrix as an array; entries that stand in one place are added up."""
    result = np.zeros(shape, np.result_type(data))
    np.add.at(result, (rows, columns), data)
    return result


def solution_of_entries(data: Any, rows: Any, columns: Any, shape: tuple[int, int], name: Any, b: Any) -> Any:
    """The solution of a sparse system, whose matrix SciPy is given in the format of this name."""
    from scipy.sparse import coo_array
    from scipy.sparse.linalg import spsolve

    return spsolve(coo_array((data, (rows, columns)), shape).asformat(name), b)


def sorted_entries(rows: Any, columns: Any, name: str) -> tuple[Any, Any, Any]:
    """The entries in the order of a compressed format, those that stand in one place as one: where each goes, and the rows and columns.

    >>> [part.tolist() for part in sorted_entries(np.array([1, 0, 1]), np.array([0, 1, 0]), "csr")]
    [[1, 0, 1], [0, 1], [1, 0]]
    """
    major, minor = (rows, columns) if name == "csr" else (columns, rows)
    pairs, places = np.unique(np.stack((major, minor)), axis=1, return_inverse=True)
    return np.ravel(places), *(pairs if name == "csr" else pairs[::-1])


def gathered_entries(data: Any, places: Any, count: int) -> Any:
    """What goes to each place, added up."""
    result = np.zeros(count, np.result_type(data))
    np.add.at(result, places, data)
    return result


def diagonal_places(offset: int, shape: tuple[int, int]) -> tuple[Any, Any]:
    """The rows and the columns of a diagonal.

    >>> [part.tolist() for part in diagonal_places(-1, (3, 3))]
    [[1, 2], [0, 1]]
    """
    row, column = max(-offset, 0), max(offset, 0)
    along = np.arange(max(min(shape[0] - row, shape[1] - column), 0))
    return along + row, along + column
