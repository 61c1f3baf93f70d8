"""Derivative rules: banded, tridiagonal and Toeplitz matrices of `scipy.linalg`.  Imported only when a program uses it.

In: solve_banded, solveh_banded, eigh_tridiagonal, eigvalsh_tridiagonal, solve_toeplitz, matmul_toeplitz, and the kernels for bands.  Out:
their rules in `RULES`.  No rule for bands makes the whole matrix, but for that of eigenvectors, which are as many numbers.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, linear, multilinear
from s2s.rules.when import ranks
from s2s_runtime.kernels import diagonal_sums, halved_bands, inverse_gaps, of_bands, outer_bands, turned_bands


# ------------------------------------------------------------------------------------------------------------ kernels
@multilinear(
    of_bands,
    wrt=("ab", "x"),
    cases=[case(A(3, 4), 1, 1, A(4)), case(A(3, 3), 2, 0, A(3, 2)), case(A(2, 1), 0, 1, A(1)), case(A(4, 2), 1, 2, A(2))],
)
def of_bands_adjoint(g, ab, lower, upper, x):
    return outer_bands(g, x, lower, upper), of_bands(turned_bands(ab, lower, upper), upper, lower, g)


@multilinear(outer_bands, wrt=("y", "x"), cases=[case(A(4), A(4), 1, 1), case(A(3, 2), A(3, 2), 0, 2), case(A(1), A(1), 1, 0)])
def outer_bands_adjoint(g, y, x, lower, upper):
    return of_bands(g, lower, upper, x), of_bands(turned_bands(g, lower, upper), upper, lower, y)


@linear(turned_bands, cases=[case(A(3, 4), 1, 1), case(A(3, 3), 2, 0), case(A(4, 2), 1, 2)])
def turned_bands_adjoint(g, ab, lower, upper):
    return turned_bands(g, upper, lower)


@linear(halved_bands, cases=[case(A(2, 3), True), case(A(3, 3), False), case(A(1, 2), True)])
def halved_bands_adjoint(g, ab, lower):
    return halved_bands(g, lower)


# ---------------------------------------------------------------------------------------------------- banded systems
def one_or_several(l_and_u, ab, b, check_finite):
    return ranks(2)(ab) and b.ndim in (1, 2)


def solve_banded_jvp(ab_dot, b_dot, l_and_u, ab, b, *, check_finite=True, result):
    lower, upper = l_and_u
    moved = of_bands(ab_dot, lower, upper, result)
    by_matrix = linalg.solve_banded(l_and_u, ab, moved, check_finite=check_finite)
    return -by_matrix, linalg.solve_banded(l_and_u, ab, b_dot, check_finite=check_finite)


BAND = A(3, 4, domain="large in the middle")


@custom(
    linalg.solve_banded,
    jvp=solve_banded_jvp,
    wrt=("ab", "b"),
    real_only=True,
    when=one_or_several,
    cases=[
        case((1, 1), BAND, A(4)),
        case((0, 1), A(2, 3, domain="large at last"), A(3, 2)),
        case((2, 0), A(3, 3, domain="large at first"), A(3)),
        case((0, 0), A(1, 2, domain="positive"), A(2)),
        case((1, 1), A(3, 1, domain="large in the middle"), A(1)),
    ],
)
def solve_banded(g, l_and_u, ab, b, *, check_finite=True, result):
    """As that of solve, of the entries along the band."""
    lower, upper = l_and_u
    b_bar = linalg.solve_banded((upper, lower), turned_bands(ab, lower, upper), g, check_finite=check_finite)
    return -outer_bands(b_bar, result, lower, upper), b_bar


def symmetric_bands(ab, lower, x):
    """The product of a symmetric matrix, of which one half is given, with x."""
    half, width = halved_bands(ab, lower), np.shape(ab)[0] - 1
    below, above = (width, 0) if lower else (0, width)
    return of_bands(half, below, above, x) + of_bands(turned_bands(half, below, above), above, below, x)


def solveh_banded_jvp(ab_dot, b_dot, ab, b, *, lower=False, check_finite=True, result):
    moved = symmetric_bands(ab_dot, lower, result)
    by_matrix = linalg.solveh_banded(ab, moved, lower=lower, check_finite=check_finite)
    return -by_matrix, linalg.solveh_banded(ab, b_dot, lower=lower, check_finite=check_finite)


@custom(
    linalg.solveh_banded,
    jvp=solveh_banded_jvp,
    real_only=True,
    when=lambda ab, b, lower, check_finite: ranks(2)(ab) and b.ndim in (1, 2) and bool(lower.const),
    cases=[
        case(A(1, 3, domain="positive"), A(3)),
        case(A(1, 3, domain="positive"), A(3, 2), lower=True),
        case(A(2, 2, domain="large at first"), A(2), lower=True),
        case(A(2, 2, domain="large at last"), A(2, 2)),
        case(A(3, 4, domain="large at last"), A(4)),
        case(A(3, 4, domain="large at first"), A(4), lower=True),
    ],
)
def solveh_banded(g, ab, b, *, lower=False, check_finite=True, result):
    """One half of a symmetric matrix is read: an entry beside the main diagonal stands for two."""
    b_bar, width = linalg.solveh_banded(ab, g, lower=lower, check_finite=check_finite), np.shape(ab)[0] - 1
    below, above = (width, 0) if lower else (0, width)
    both = outer_bands(b_bar, result, below, above) + outer_bands(result, b_bar, below, above)
    return -halved_bands(both, lower), b_bar


# --------------------------------------------------------------------------------------------- tridiagonal eigenvalues
def of_diagonals(d, e):
    return np.diag(d) + np.diag(e, 1) + np.diag(e, -1)


def eigh_tridiagonal_jvp(d_dot, e_dot, d, e, *, check_finite=True, result):
    values, vectors = result
    by_d = np.transpose(vectors) @ (np.expand_dims(d_dot, 1) * vectors)
    by_e = np.transpose(vectors) @ of_diagonals(np.zeros_like(d), e_dot) @ vectors
    gaps = inverse_gaps(values)
    return (np.diagonal(by_d), vectors @ (gaps * by_d)), (np.diagonal(by_e), vectors @ (gaps * by_e))


PAIRS = [case(A(3), A(2, domain="positive")), case(A(2), A(1, domain="positive")), case(A(4), A(3, domain="nonzero"))]


@custom(linalg.eigh_tridiagonal, jvp=eigh_tridiagonal_jvp, several=True, real_only=True, cases=PAIRS)
def eigh_tridiagonal(g, d, e, *, check_finite=True, result):
    """As that of eigh; an entry beside the main diagonal stands for two."""
    values, vectors = result
    mixed = inverse_gaps(values) * (np.transpose(vectors) @ g[1])
    whole = (vectors * g[0] + vectors @ mixed) @ np.transpose(vectors)
    return np.diagonal(whole), np.diagonal(whole, 1) + np.diagonal(whole, -1)


def eigvalsh_tridiagonal_jvp(d_dot, e_dot, d, e, *, check_finite=True):
    vectors = linalg.eigh_tridiagonal(d, e)[1]
    by_e = np.sum(2.0 * vectors[:-1] * np.expand_dims(e_dot, 1) * vectors[1:], axis=0)
    return np.sum(vectors * (np.expand_dims(d_dot, 1) * vectors), axis=0), by_e


@custom(linalg.eigvalsh_tridiagonal, jvp=eigvalsh_tridiagonal_jvp, real_only=True, cases=PAIRS)
def eigvalsh_tridiagonal(g, d, e, *, check_finite=True):
    vectors = linalg.eigh_tridiagonal(d, e)[1]
    return np.sum(vectors * (vectors * g), axis=1), np.sum(2.0 * vectors[:-1] * (vectors[1:] * g), axis=1)


# -------------------------------------------------------------------------------------------------- Toeplitz matrices
def column_bar(a_bar, size):
    """The sums along the diagonals that begin in the first column, and along those that begin in the first row behind its corner."""
    sums = diagonal_sums(a_bar)
    return sums[size - 1 :], np.concatenate((np.zeros_like(sums[:1]), np.flip(sums[: size - 1])))


def as_column(x):
    return np.reshape(x, (np.shape(x)[0], -1))


def symmetric_toeplitz(c_or_cr, b, check_finite):
    return ranks(1)(c_or_cr) and b.ndim in (1, 2)


def solve_symmetric_toeplitz_jvp(c_dot, b_dot, c_or_cr, b, check_finite=True, *, result):
    moved = linalg.toeplitz(c_dot) @ result
    return -linalg.solve_toeplitz(c_or_cr, moved, check_finite), linalg.solve_toeplitz(c_or_cr, b_dot, check_finite)


@custom(
    linalg.solve_toeplitz,
    jvp=solve_symmetric_toeplitz_jvp,
    real_only=True,
    when=symmetric_toeplitz,
    cases=[case(A(1, domain="positive"), A(1)), case(A(3, domain="large at first"), A(3)), case(A(4, domain="large at first"), A(4, 2))],
)
def solve_symmetric_toeplitz(g, c_or_cr, b, check_finite=True, *, result):
    b_bar = linalg.solve_toeplitz(c_or_cr, g, check_finite)
    by_column, by_row = column_bar(as_column(b_bar) @ np.transpose(as_column(result)), np.shape(b)[0])
    return -(by_column + by_row), b_bar


def column_and_row(c_or_cr, b, *rest):
    """A list is a column, and not these two."""
    return bool(c_or_cr.items) and len(c_or_cr.items) == 2 and b.ndim in (1, 2)


def solve_toeplitz_jvp(cr_dot, b_dot, c_or_cr, b, check_finite=True, *, result):
    moved = linalg.toeplitz(cr_dot[0], cr_dot[1]) @ result
    return -linalg.solve_toeplitz(c_or_cr, moved, check_finite), linalg.solve_toeplitz(c_or_cr, b_dot, check_finite)


def turned(c, r):
    """The first column and the first row of the transpose."""
    return np.concatenate((c[:1], r[1:])), c


COLUMN_AND_ROW = A(3, domain="large at first"), A(3, domain="unit")


@custom(
    linalg.solve_toeplitz,
    jvp=solve_toeplitz_jvp,
    sequences=("c_or_cr",),
    real_only=True,
    when=column_and_row,
    cases=[case(COLUMN_AND_ROW, A(3)), case(COLUMN_AND_ROW, A(3, 2))],
)
def solve_toeplitz(g, c_or_cr, b, check_finite=True, *, result):
    c, r = c_or_cr
    b_bar = linalg.solve_toeplitz(turned(c, r), g, check_finite)
    by_column, by_row = column_bar(as_column(b_bar) @ np.transpose(as_column(result)), np.shape(b)[0])
    return (-by_column, -by_row), b_bar


def matmul_symmetric_toeplitz_jvp(c_dot, x_dot, c_or_cr, x, check_finite=False, workers=None):
    return linalg.matmul_toeplitz(c_dot, x, check_finite, workers), linalg.matmul_toeplitz(c_or_cr, x_dot, check_finite, workers)


@custom(
    linalg.matmul_toeplitz,
    jvp=matmul_symmetric_toeplitz_jvp,
    real_only=True,
    when=lambda c_or_cr, x, check_finite, workers: ranks(1)(c_or_cr) and x.ndim in (1, 2),
    cases=[case(A(1), A(1)), case(A(3), A(3)), case(A(4), A(4, 2))],
)
def matmul_symmetric_toeplitz(g, c_or_cr, x, check_finite=False, workers=None):
    by_column, by_row = column_bar(as_column(g) @ np.transpose(as_column(x)), np.shape(x)[0])
    return by_column + by_row, linalg.matmul_toeplitz(c_or_cr, g, check_finite, workers)


def matmul_toeplitz_jvp(cr_dot, x_dot, c_or_cr, x, check_finite=False, workers=None):
    moved = linalg.matmul_toeplitz((cr_dot[0], cr_dot[1]), x, check_finite, workers)
    return moved, linalg.matmul_toeplitz(c_or_cr, x_dot, check_finite, workers)


@custom(
    linalg.matmul_toeplitz,
    jvp=matmul_toeplitz_jvp,
    sequences=("c_or_cr",),
    real_only=True,
    when=column_and_row,
    cases=[case((A(3), A(3)), A(3)), case((A(2), A(4)), A(4, 2)), case((A(4), A(2)), A(2))],
)
def matmul_toeplitz(g, c_or_cr, x, check_finite=False, workers=None):
    """Of a matrix that need not be square."""
    c, r = c_or_cr
    by_column, by_row = column_bar(as_column(g) @ np.transpose(as_column(x)), np.shape(x)[0])
    return (by_column, by_row), linalg.matmul_toeplitz(turned(c, r), g, check_finite, workers)


