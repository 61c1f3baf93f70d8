"""Derivative rules: solving, inverting, determinants, powers and factorisations of matrices.

In: `np.linalg` but its norm.  Out: their rules in `RULES`.  A stack of matrices is differentiated matrix by matrix.  Cholesky and
eigh read one triangle of a symmetric matrix; their gradient is that of a symmetric matrix, and is symmetric.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, linear
from s2s.rules.when import ranks
from s2s_runtime.kernels import as_columns, cofactors, cofactors_tangent, from_columns, inverse_gaps

SQUARE = [case(A(3, 3)), case(A(1, 1)), case(A(2, 3, 3)), case(A(2, 1, 2, 2)), case(A(0, 2, 2)), case(A(0, 0))]
SYMMETRIC = [case(A(3, 3, domain="spd")), case(A(1, 1, domain="spd")), case(A(2, 3, 3, domain="spd")), case(A(0, 2, 2, domain="spd"))]
WIDE_TALL = [case(A(3, 2)), case(A(2, 3)), case(A(2, 2)), case(A(4, 3, 2)), case(A(1, 2))]


# --------------------------------------------------------------------------------------------------------- solve
def solve_vector_jvp(a_dot, b_dot, a, b, *, result):
    return -np.linalg.solve(a, a_dot @ result), np.linalg.solve(a, b_dot)


@custom(np.linalg.solve, jvp=solve_vector_jvp, when=ranks(2, 1), cases=[case(A(3, 3), A(3)), case(A(1, 1), A(1)), case(A(0, 0), A(0))])
def solve_vector(g, a, b, *, result):
    b_bar = np.linalg.solve(np.transpose(a), g)
    return -np.outer(b_bar, result), b_bar


def solve_matrix_jvp(a_dot, b_dot, a, b, *, result):
    return -np.linalg.solve(a, a_dot @ result), np.linalg.solve(a, b_dot)


@custom(np.linalg.solve, jvp=solve_matrix_jvp, when=ranks(2, 2), cases=[case(A(3, 3), A(3, 2)), case(A(2, 2), A(2, 1)), case(A(2, 2), A(2, 0))])
def solve_matrix(g, a, b, *, result):
    b_bar = np.linalg.solve(np.transpose(a), g)
    return -b_bar @ np.transpose(result), b_bar


def solve_jvp(a_dot, b_dot, a, b, *, result):
    moved = np.linalg.solve(a, a_dot @ as_columns(result, np.ndim(b)))
    return -from_columns(moved, np.ndim(b)), np.linalg.solve(a, b_dot)


@custom(
    np.linalg.solve,
    jvp=solve_jvp,
    cases=[case(A(2, 3, 3), A(3)), case(A(2, 3, 3), A(2, 3, 2)), case(A(3, 3), A(2, 3, 1)), case(A(2, 1, 2, 2), A(3, 2, 1)), case(A(2, 3, 3), A(3, 2))],
)
def solve(g, a, b, *, result):
    columns_bar = np.linalg.solve(np.swapaxes(a, -1, -2), as_columns(g, np.ndim(b)))
    a_bar = -columns_bar @ np.swapaxes(as_columns(result, np.ndim(b)), -1, -2)
    return a_bar, from_columns(columns_bar, np.ndim(b))


@linear(as_columns, cases=[case(A(3), 1), case(A(3, 2), 2), case(A(2, 3), 1)])
def as_columns_adjoint(g, b, rank):
    return from_columns(g, rank)


@linear(from_columns, cases=[case(A(3, 1), 1), case(A(3, 2), 2), case(A(2, 3, 1), 1)])
def from_columns_adjoint(g, x, rank):
    return as_columns(g, rank)


# ---------------------------------------------------------------------------------------- inverse, determinant
def inv_jvp(a_dot, a, *, result):
    return -(result @ a_dot @ result)


@custom(np.linalg.inv, jvp=inv_jvp, cases=SQUARE)
def inv(g, a, *, result):
    transposed = np.swapaxes(result, -1, -2)
    return -(transposed @ g @ transposed)


def pinv_jvp(a_dot, a, *, result):
    p, pt, dt = result, np.swapaxes(result, -1, -2), np.swapaxes(a_dot, -1, -2)
    row_part = dt - dt @ a @ p
    column_part = dt - p @ a @ dt
    return p @ pt @ row_part - p @ a_dot @ p + column_part @ pt @ p


@custom(np.linalg.pinv, jvp=pinv_jvp, cases=WIDE_TALL)
def pinv(g, a, *, result):
    """-P^T g P^T + (I - A P) g^T P P^T + P^T P g^T (I - P A), for a constant rank (Golub and Pereyra 1973)."""
    p, pt, gt = result, np.swapaxes(result, -1, -2), np.swapaxes(g, -1, -2)
    row_part = gt - a @ p @ gt
    column_part = gt - gt @ p @ a
    return row_part @ p @ pt - pt @ g @ pt + pt @ p @ column_part


def det_jvp(a_dot, a):
    return np.sum(cofactors(a) * a_dot, axis=(-2, -1))


@custom(np.linalg.det, jvp=det_jvp, cases=SQUARE)
def det(g, a):
    return np.expand_dims(g, (-2, -1)) * cofactors(a)


def cofactors_jvp(a_dot, a):
    return cofactors_tangent(a, a_dot)


@custom(cofactors, jvp=cofactors_jvp, cases=SQUARE)
def cofactors_adjoint(g, a):
    return cofactors_tangent(a, g)


def slogdet_jvp(a_dot, a, *, result):
    inverse = np.swapaxes(np.linalg.inv(a), -1, -2)
    return np.zeros_like(result[0]), np.sum(inverse * a_dot, axis=(-2, -1))


@custom(np.linalg.slogdet, jvp=slogdet_jvp, cases=SQUARE)
def slogdet(g, a):
    return np.expand_dims(g[1], (-2, -1)) * np.swapaxes(np.linalg.inv(a), -1, -2)


# -------------------------------------------------------------------------------------------------------- powers
def matrix_power_jvp(a_dot, a, n):
    size = np.shape(a)[-1]
    top = np.concatenate((a, a_dot), axis=-1)
    bottom = np.concatenate((np.zeros_like(a), a), axis=-1)
    return np.linalg.matrix_power(np.concatenate((top, bottom), axis=-2), n)[..., :size, size:]


@custom(
    np.linalg.matrix_power,
    jvp=matrix_power_jvp,
    wrt=("a",),
    cases=[case(A(3, 3), 3), case(A(2, 2), 0), case(A(2, 2), 1), case(A(3, 3), -2), case(A(2, 2, 2), 2), case(A(1, 1), 5), case(A(3, 3), -1)],
)
def matrix_power(g, a, n):
    """The upper right block of the power of [[a^T, g], [0, a^T]]."""
    size = np.shape(a)[-1]
    transposed = np.swapaxes(a, -1, -2)
    top = np.concatenate((transposed, g), axis=-1)
    bottom = np.concatenate((np.zeros_like(g), transposed), axis=-1)
    return np.linalg.matrix_power(np.concatenate((top, bottom), axis=-2), n)[..., :size, size:]


# ------------------------------------------------------------------------------------------------ factorisations
def cholesky_jvp(a_dot, a, *, result):
    symmetric = 0.5 * (a_dot + np.swapaxes(a_dot, -1, -2))
    inner = np.linalg.solve(result, np.swapaxes(np.linalg.solve(result, symmetric), -1, -2))
    return result @ (0.5 * (np.tril(inner) + np.tril(inner, -1)))


@custom(np.linalg.cholesky, jvp=cholesky_jvp, cases=SYMMETRIC)
def cholesky(g, a, *, result):
    """sym(L^-T P L^-1) with P the lower triangle of L^T g, its diagonal halved (Murray 2016)."""
    transposed = np.swapaxes(result, -1, -2)
    product = transposed @ np.tril(g)
    middle = 0.5 * (np.tril(product) + np.tril(product, -1))
    left = np.linalg.solve(transposed, middle)
    full = np.linalg.solve(transposed, np.swapaxes(left, -1, -2))
    return 0.5 * (full + np.swapaxes(full, -1, -2))


def eigh_jvp(a_dot, a, UPLO="L", *, result):
    vectors = result[1]
    symmetric = 0.5 * (a_dot + np.swapaxes(a_dot, -1, -2))
    inner = np.swapaxes(vectors, -1, -2) @ symmetric @ vectors
    return np.diagonal(inner, 0, -2, -1), vectors @ (inverse_gaps(result[0]) * inner)


@custom(np.linalg.eigh, jvp=eigh_jvp, cases=SYMMETRIC[:3])
def eigh(g, a, UPLO="L", *, result):
    """sym(V (diag(w_bar) + F o (V^T V_bar)) V^T) with F_ij = 1 / (w_j - w_i); equal eigenvalues exchange nothing."""
    vectors = result[1]
    transposed = np.swapaxes(vectors, -1, -2)
    mixed = inverse_gaps(result[0]) * (transposed @ g[1])
    full = (vectors * np.expand_dims(g[0], -2) + vectors @ mixed) @ transposed
    return 0.5 * (full + np.swapaxes(full, -1, -2))


def eigvalsh_jvp(a_dot, a, UPLO="L"):
    vectors = np.linalg.eigh(a, UPLO)[1]
    symmetric = 0.5 * (a_dot + np.swapaxes(a_dot, -1, -2))
    return np.sum(vectors * (symmetric @ vectors), axis=-2)


@custom(np.linalg.eigvalsh, jvp=eigvalsh_jvp, cases=SYMMETRIC[:3])
def eigvalsh(g, a, UPLO="L"):
    vectors = np.linalg.eigh(a, UPLO)[1]
    return vectors * np.expand_dims(g, -2) @ np.swapaxes(vectors, -1, -2)


def inverse_gaps_jvp(w_dot, w, *, result):
    return result * result * (np.expand_dims(w_dot, -1) - np.expand_dims(w_dot, -2))


@custom(inverse_gaps, jvp=inverse_gaps_jvp, cases=[case(A(3)), case(A(2, 3)), case(A(1))])
def inverse_gaps_adjoint(g, w, *, result):
    slope = g * result * result
    return np.sum(slope, axis=-1) - np.sum(slope, axis=-2)
