"""Derivative rules: solving, inverting, determinants and powers of matrices.

In: solve, inv, pinv, det, slogdet, matrix_power.  Out: their rules in `RULES`.  A stack is differentiated matrix by
matrix.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, linear
from s2s.rules.when import is_real, ranks
from s2s_runtime.kernels import as_columns, cofactors, cofactors_tangent, from_columns

SQUARE = [case(A(3, 3)), case(A(1, 1)), case(A(2, 3, 3)), case(A(2, 1, 2, 2)), case(A(0, 2, 2)), case(A(0, 0))]
WIDE_TALL = [case(A(3, 2)), case(A(2, 3)), case(A(2, 2)), case(A(4, 3, 2)), case(A(1, 2))]


# --------------------------------------------------------------------------------------------------------- solve
def solve_vector_jvp(a_dot, b_dot, a, b, *, result):
    return -np.linalg.solve(a, a_dot @ result), np.linalg.solve(a, b_dot)


@custom(
    np.linalg.solve,
    jvp=solve_vector_jvp,
    when=ranks(2, 1),
    cases=[case(A(3, 3), A(3)), case(A(1, 1), A(1)), case(A(0, 0), A(0))],
)
def solve_vector(g, a, b, *, result):
    b_bar = np.linalg.solve(np.transpose(a), g)
    return -np.outer(b_bar, result), b_bar


def solve_matrix_jvp(a_dot, b_dot, a, b, *, result):
    return -np.linalg.solve(a, a_dot @ result), np.linalg.solve(a, b_dot)


@custom(
    np.linalg.solve,
    jvp=solve_matrix_jvp,
    when=ranks(2, 2),
    cases=[case(A(3, 3), A(3, 2)), case(A(2, 2), A(2, 1)), case(A(2, 2), A(2, 0))],
)
def solve_matrix(g, a, b, *, result):
    b_bar = np.linalg.solve(np.transpose(a), g)
    return -b_bar @ np.transpose(result), b_bar


def solve_jvp(a_dot, b_dot, a, b, *, result):
    moved = np.linalg.solve(a, a_dot @ as_columns(result, np.ndim(b)))
    return -from_columns(moved, np.ndim(b)), np.linalg.solve(a, b_dot)


@custom(
    np.linalg.solve,
    jvp=solve_jvp,
    cases=[
        case(A(2, 3, 3), A(3)),
        case(A(2, 3, 3), A(2, 3, 2)),
        case(A(3, 3), A(2, 3, 1)),
        case(A(2, 1, 2, 2), A(3, 2, 1)),
        case(A(2, 3, 3), A(3, 2)),
    ],
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


def pinv_jvp(a_dot, a, rcond=None, *, result):
    p, ph, dh = result, np.conj(np.swapaxes(result, -1, -2)), np.conj(np.swapaxes(a_dot, -1, -2))
    row_part = dh - (dh @ a) @ p
    column_part = dh - (p @ a) @ dh
    return (p @ ph) @ row_part - (p @ a_dot) @ p + (column_part @ ph) @ p


@custom(np.linalg.pinv, jvp=pinv_jvp, wrt=("a",), cases=[*WIDE_TALL, case(A(3, 2), 1e-12)])
def pinv(g, a, rcond=None, *, result):
    """-P^T g P^T + (I - A P) g^T P P^T + P^T P g^T (I - P A), for a constant rank (Golub and Pereyra 1973).

    Of complex matrices, the outer terms have P^H for their P^T, and are conjugated.  Products are taken so that they are small
    where there are more rows than columns, as in least squares.
    """
    p, pt, gt = result, np.swapaxes(result, -1, -2), np.swapaxes(g, -1, -2)
    ph = np.conj(pt)
    row_part = gt - a @ (p @ gt)
    column_part = gt - gt @ (p @ a)
    return np.conj(row_part @ (p @ ph)) - pt @ (g @ pt) + np.conj(ph @ (p @ column_part))


# ------------------------------------------------------------------------------------------------- least squares
def squares_slope(rest, moved, squares):
    """What the sums of squares of the rest move by; they are left out where the system is not overdetermined."""
    return 2.0 * np.real(np.sum(np.conj(rest) * moved, axis=0)) if np.size(squares) else np.zeros_like(squares)


def lstsq_jvp(a_dot, b_dot, a, b, rcond=None, *, result):
    x, columns = as_columns(result[0], np.ndim(b)), as_columns(b_dot, np.ndim(b))
    p, h_dot = np.linalg.pinv(a, rcond), np.conj(np.transpose(a_dot))
    rest, moved = as_columns(b, np.ndim(b)) - a @ x, a_dot @ x
    ph = np.conj(np.transpose(p))
    left = h_dot @ (ph @ x)
    by_a = p @ (ph @ (h_dot @ rest) - moved - a @ left) + left
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    s_dot = np.real(np.sum(np.conj(u) * (a_dot @ np.conj(np.transpose(vh))), axis=0))
    return (
        (from_columns(by_a, np.ndim(b)), -squares_slope(rest, moved, result[1]), None, s_dot),
        (from_columns(p @ columns, np.ndim(b)), squares_slope(rest, columns, result[1]), None, np.zeros_like(s_dot)),
    )


@custom(
    np.linalg.lstsq,
    jvp=lstsq_jvp,
    several=True,
    wrt=("a", "b"),
    cases=[case(A(4, 2), A(4)), case(A(3, 2), A(3, 2)), case(A(2, 3), A(2)), case(A(2, 2), A(2, 1)), case(A(4, 2), A(4), 1e-10)],
)
def lstsq(g, a, b, rcond=None, *, result):
    """Of x = P b with P the pseudoinverse, of constant rank; of the sums of squares of the rest b - A x; of the singular values."""
    x, g_x = as_columns(result[0], np.ndim(b)), as_columns(g[0], np.ndim(b))
    p = np.linalg.pinv(a, rcond)
    pt, rest = np.transpose(p), as_columns(b, np.ndim(b)) - a @ x
    y, across = pt @ g_x, g_x - np.transpose(a) @ (pt @ g_x)
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    b_bar = y + (2.0 * g[1] * np.conj(rest) if np.size(result[1]) else np.zeros_like(rest))
    by_rest = rest @ np.transpose(np.conj(p) @ y) + (np.conj(pt) @ x) @ np.transpose(across)
    return np.conj(by_rest) - b_bar @ np.transpose(x) + np.conj(u * g[3] @ vh), from_columns(b_bar, np.ndim(b))


# -------------------------------------------------------------------------------------------------- determinants
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


def slogdet_of_real_jvp(a_dot, a, *, result):
    inverse = np.swapaxes(np.linalg.inv(a), -1, -2)
    return np.zeros_like(result[0]), np.sum(inverse * a_dot, axis=(-2, -1))


@custom(np.linalg.slogdet, jvp=slogdet_of_real_jvp, when=is_real, cases=SQUARE)
def slogdet_of_real(g, a):
    return np.expand_dims(g[1], (-2, -1)) * np.swapaxes(np.linalg.inv(a), -1, -2)


def slogdet_jvp(a_dot, a, *, result):
    moved = np.sum(np.swapaxes(np.linalg.inv(a), -1, -2) * a_dot, axis=(-2, -1))
    return 1j * result[0] * np.imag(moved), np.real(moved)


@custom(np.linalg.slogdet, jvp=slogdet_jvp, cases=[*SQUARE, case(A(2, 2, domain="complex"))])
def slogdet(g, a, *, result):
    """The logarithm moves by the real part of tr(A^-1 dA), the angle of the sign by its imaginary part."""
    moved = g[1] + 1j * np.imag(g[0] * result[0])
    return np.expand_dims(moved, (-2, -1)) * np.swapaxes(np.linalg.inv(a), -1, -2)


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
    cases=[
        case(A(3, 3), 3),
        case(A(2, 2), 0),
        case(A(2, 2), 1),
        case(A(3, 3), -2),
        case(A(2, 2, 2), 2),
        case(A(1, 1), 5),
        case(A(3, 3), -1),
    ],
)
def matrix_power(g, a, n):
    """The upper right block of the power of [[a^T, g], [0, a^T]]."""
    size = np.shape(a)[-1]
    transposed = np.swapaxes(a, -1, -2)
    top = np.concatenate((transposed, g), axis=-1)
    bottom = np.concatenate((np.zeros_like(g), transposed), axis=-1)
    return np.linalg.matrix_power(np.concatenate((top, bottom), axis=-2), n)[..., :size, size:]
