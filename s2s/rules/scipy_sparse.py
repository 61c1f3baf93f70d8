"""Derivative rules: products and systems of sparse matrices.  Imported only when a program uses `scipy.sparse`.

In: the kernels for sparse matrices.  Out: their rules in `RULES`; `Sparse`, a matrix that a program makes of entries that may carry a
derivative, in the language of programs.  A matrix that was there before is constant.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from s2s.rules.cases import A, case
from s2s.rules.declare import constant, custom, linear, multilinear
from s2s.rules.when import ranks
from s2s_runtime.kernels import (
    common_shape,
    dense_of_entries,
    diagonal_places,
    entries_of,
    factored_solution,
    gathered_entries,
    product_of_entries,
    solution_of_entries,
    sorted_entries,
    sparse_difference,
    sparse_entries,
    sparse_in_format,
    sparse_matrix_product,
    sparse_multiple,
    sparse_product,
    sparse_product_from_left,
    sparse_shape,
    sparse_solution,
    sparse_sum,
    sparse_to_array,
    sparse_transpose,
)

FIXED = sparse.csr_array(np.array([[2.0, 0.0, 0.5], [0.0, -1.0, 0.0]]))
REGULAR = sparse.csc_array(np.array([[2.0, 0.0, 0.5], [0.3, -1.0, 0.0], [0.0, 0.4, 3.0]]))

constant(
    sparse_transpose, sparse_sum, sparse_difference, sparse_multiple, sparse_matrix_product, sparse_in_format, sparse_to_array,
    sparse_entries, sparse_shape, common_shape, entries_of, sorted_entries, diagonal_places,
    reason="sparse matrices that are given",
)  # fmt: skip


constant(sparse.eye, sparse.identity, sparse.eye_array, reason="matrices of a size")


# --------------------------------------------------------------------------------------------------- matrices that are given
@linear(sparse_product, wrt=("x",), cases=[case(FIXED, A(3)), case(FIXED, A(3, 2)), case(REGULAR, A(3, 1))])
def sparse_product_adjoint(g, a, x):
    return sparse_product(sparse_transpose(a), g)


@linear(sparse_product_from_left, cases=[case(A(2), FIXED), case(A(4, 2), FIXED)])
def sparse_product_from_left_adjoint(g, x, a):
    return sparse_product_from_left(g, sparse_transpose(a))


@linear(sparse_solution, wrt=("b",), cases=[case(REGULAR, A(3)), case(REGULAR, A(3, 2)), case(REGULAR, A(3, 1))])
def sparse_solution_adjoint(g, a, b):
    return np.reshape(sparse_solution(sparse_transpose(a), g), np.shape(b))


def turned(trans):
    return "N" if trans == "T" else "T"


FACTORS = sparse.linalg.splu(REGULAR)


@linear(factored_solution, wrt=("b",), real_only=True, cases=[case(FACTORS, A(3)), case(FACTORS, A(3, 2), "T")])
def factored_solution_adjoint(g, factors, b, trans="N"):
    return factored_solution(factors, g, turned(trans))


# ------------------------------------------------------------------------------------------------ given by their entries
ROWS, COLUMNS = np.array([0, 0, 1, 2, 2]), np.array([0, 2, 1, 1, 2])
LARGE = A(5, domain="positive")


def at_entries(left, right, rows, columns):
    """The entries of left times the transpose of right, in these places."""
    products = left[rows] * right[columns]
    return products if np.ndim(products) == 1 else np.sum(products, axis=1)


@multilinear(
    product_of_entries,
    wrt=("data", "x"),
    when=lambda data, rows, columns, shape, x: ranks(1, 1, 1)(data, rows, columns) and x.ndim in (1, 2),
    cases=[case(A(5), ROWS, COLUMNS, (3, 3), A(3)), case(A(5), ROWS, COLUMNS, (3, 4), A(4, 2))],
)
def product_of_entries_adjoint(g, data, rows, columns, shape, x):
    return at_entries(g, x, rows, columns), product_of_entries(data, columns, rows, (shape[1], shape[0]), g)


@linear(dense_of_entries, cases=[case(A(5), ROWS, COLUMNS, (3, 3)), case(A(2), np.array([0, 0]), np.array([1, 1]), (1, 2))])
def dense_of_entries_adjoint(g, data, rows, columns, shape):
    return g[rows, columns]


@linear(gathered_entries, cases=[case(A(3), np.array([1, 0, 1]), 2), case(A(2), np.array([1, 2]), 3)])
def gathered_entries_adjoint(g, data, places, count):
    return g[places]


def solution_jvp(data_dot, b_dot, data, rows, columns, shape, name, b, *, result):
    moved = product_of_entries(data_dot, rows, columns, shape, result)
    by_data = solution_of_entries(data, rows, columns, shape, name, moved)
    return -by_data, solution_of_entries(data, rows, columns, shape, name, b_dot)


@custom(
    solution_of_entries,
    jvp=solution_jvp,
    wrt=("data", "b"),
    real_only=True,
    when=lambda data, rows, columns, shape, name, b: ranks(1, 1, 1)(data, rows, columns) and b.ndim in (1, 2),
    cases=[
        case(LARGE, ROWS, COLUMNS, (3, 3), "csr", A(3)),
        case(LARGE, ROWS, COLUMNS, (3, 3), "csc", A(3, 2)),
        case(LARGE, ROWS, COLUMNS, (3, 3), "csc", A(3, 1)),
    ],
)
def solution_of_entries_adjoint(g, data, rows, columns, shape, name, b, *, result):
    b_bar = solution_of_entries(data, columns, rows, shape, "csr" if name == "csc" else "csc", g)
    return -at_entries(b_bar, result, rows, columns), np.reshape(b_bar, np.shape(b))


# ------------------------------------------------------------------------------------------------------------- in programs
class Sparse:
    """A sparse matrix by its entries, each in its place, in the order in which SciPy's format of this name has them."""

    def __init__(self, data, rows, columns, shape, format):
        self.data, self.rows, self.columns, self.shape, self.format = data, rows, columns, shape, format

    def __matmul__(self, x):
        return product_of_entries(self.data, self.rows, self.columns, self.shape, x)

    def __rmatmul__(self, x):
        return np.transpose(self.T @ np.transpose(x))

    def __add__(self, other):
        return joined(self, as_sparse(other))

    def __sub__(self, other):
        return joined(self, -as_sparse(other))

    def __neg__(self):
        return self.times(-1)

    def __mul__(self, factor):
        if np.ndim(factor) != 0:
            raise TypeError("a sparse matrix is multiplied with an array: write K @ x")
        return self.times(factor)

    def __rmul__(self, factor):
        return self * factor

    def __truediv__(self, factor):
        return self * (1.0 / factor)

    def times(self, factor):
        return Sparse(factor * self.data, self.rows, self.columns, self.shape, self.format)

    def dot(self, x):
        return self @ x

    @property
    def T(self):
        turned = {"csr": "csc", "csc": "csr"}.get(self.format, self.format)
        return Sparse(self.data, self.columns, self.rows, (self.shape[1], self.shape[0]), turned)

    def transpose(self):
        return self.T

    def asformat(self, format):
        if format is None or format == self.format:
            return self
        if format == "coo":
            return Sparse(self.data, self.rows, self.columns, self.shape, format)
        places, rows, columns = sorted_entries(self.rows, self.columns, format)
        return Sparse(gathered_entries(self.data, places, len(rows)), rows, columns, self.shape, format)

    def tocsr(self):
        return self.asformat("csr")

    def tocsc(self):
        return self.asformat("csc")

    def tocoo(self):
        return self.asformat("coo")

    def toarray(self):
        return dense_of_entries(self.data, self.rows, self.columns, self.shape)

    def solve(self, b):
        """As `spsolve`, which makes a matrix in columns of one that is not compressed."""
        format = self.format if self.format == "csr" else "csc"
        return solution_of_entries(self.data, self.rows, self.columns, self.shape, format, b)


def compressed(data, indices, indptr, shape, format):
    """A matrix of `csr` or `csc` format."""
    places = entries_of(indptr)
    return Sparse(data, places, indices, shape, format) if format == "csr" else Sparse(data, indices, places, shape, format)


def of_coordinates(data, rows, columns, shape, format):
    """A matrix of entries in any order; in a compressed format, those in one place are added up."""
    return Sparse(data, rows, columns, shape, "coo").asformat(format)


def of_diagonals(diagonals, offsets, shape, format):
    """A matrix of diagonals, each as long as it is in the matrix, or one number all along it."""
    if np.ndim(offsets) == 0:
        diagonals, offsets = [diagonals], [offsets]
    if shape is None:
        size = len(diagonals[0]) + abs(int(offsets[0]))
        shape = (size, size)
    data, rows, columns = [], [], []
    for k in range(len(offsets)):
        row, column = diagonal_places(offsets[k], shape)
        data.append(np.broadcast_to(diagonals[k], np.shape(row)))
        rows.append(row)
        columns.append(column)
    matrix = Sparse(np.concatenate(data), np.concatenate(rows), np.concatenate(columns), shape, "dia")
    return matrix.asformat(format)


def as_sparse(matrix):
    """A matrix of this class: one of SciPy's by its entries."""
    return matrix


def joined(one, other):
    """The sum of two matrices, in columns if both have columns, else in rows."""
    data = np.concatenate((one.data, other.data))
    rows, columns = np.concatenate((one.rows, other.rows)), np.concatenate((one.columns, other.columns))
    format = "csc" if one.format == "csc" and other.format == "csc" else "csr"
    return Sparse(data, rows, columns, common_shape(one.shape, other.shape), "coo").asformat(format)


def added(one, other):
    return one + other


def subtracted(one, other):
    return one - other


def spsolve(a, b):
    return a.solve(b)
