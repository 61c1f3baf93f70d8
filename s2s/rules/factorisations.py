"""Derivative rules: factorisations of matrices.

In: cholesky, eigh, eigvalsh, qr, svd.  Out: their rules in `RULES`.  A stack is factorised matrix by matrix.  Cholesky
and eigh read one triangle of their argument, and only that triangle has a gradient: an entry beside the diagonal stands
for two.  Eigenvectors and singular vectors of equal values are not defined; nothing flows between them.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, linear, refused
from s2s.rules.when import is_one_of, is_real
from s2s_runtime.kernels import (
    completed_factor,
    expect_not_completed,
    fold_triangle,
    inverse_gaps,
    mirror_triangle,
    not_completed,
)

SYMMETRIC = [
    case(A(3, 3, domain="spd")),
    case(A(1, 1, domain="spd")),
    case(A(2, 3, 3, domain="spd")),
    case(A(0, 2, 2, domain="spd")),
]
TALL = [case(A(3, 2)), case(A(2, 2)), case(A(4, 3, 2)), case(A(3, 1))]


def cholesky_jvp(a_dot, a, *, upper=False, result):
    symmetric = mirror_triangle(a_dot, "L")
    inner = np.linalg.solve(result, np.conj(np.swapaxes(np.linalg.solve(result, symmetric), -1, -2)))
    return result @ (0.5 * (np.tril(inner) + np.tril(inner, -1)))


@custom(np.linalg.cholesky, jvp=cholesky_jvp, wrt=("a",), when=lambda a, upper: is_one_of(upper, False), cases=SYMMETRIC)
def cholesky(g, a, *, upper=False, result):
    """L^-T P L^-1 with P the lower triangle of L^T g, its diagonal halved (Murray 2016)."""
    transposed = np.swapaxes(result, -1, -2)
    product = transposed @ np.tril(g)
    middle = 0.5 * (np.tril(product) + np.tril(product, -1))
    left = np.linalg.solve(transposed, middle)
    return fold_triangle(np.linalg.solve(transposed, np.conj(np.swapaxes(left, -1, -2))), "L")


def upper_cholesky_jvp(a_dot, a, *, upper=False, result):
    lower = adjoint_of(result)
    symmetric = mirror_triangle(a_dot, "U")
    inner = np.linalg.solve(lower, adjoint_of(np.linalg.solve(lower, symmetric)))
    return adjoint_of(lower @ (0.5 * (np.tril(inner) + np.tril(inner, -1))))


def adjoint_of(a):
    """The conjugate transpose."""
    return np.conj(np.swapaxes(a, -1, -2))


@custom(
    np.linalg.cholesky,
    jvp=upper_cholesky_jvp,
    wrt=("a",),
    when=lambda a, upper: is_one_of(upper, True),
    cases=[case(A(3, 3, domain="spd"), upper=True), case(A(2, 2, 2, domain="spd"), upper=True)],
)
def upper_cholesky(g, a, *, upper=False, result):
    """As of the lower factor, which is the adjoint of the upper one; the upper triangle of the matrix is read."""
    transposed = np.conj(result)
    product = transposed @ np.tril(adjoint_of(g))
    middle = 0.5 * (np.tril(product) + np.tril(product, -1))
    left = np.linalg.solve(transposed, middle)
    return fold_triangle(np.linalg.solve(transposed, adjoint_of(left)), "U")


def eigh_jvp(a_dot, a, UPLO="L", *, result):
    vectors = result[1]
    inner = np.swapaxes(vectors, -1, -2) @ mirror_triangle(a_dot, UPLO) @ vectors
    return np.diagonal(inner, 0, -2, -1), vectors @ (inverse_gaps(result[0]) * inner)


@custom(
    np.linalg.eigh,
    jvp=eigh_jvp,
    when=lambda a, UPLO: is_real(a),
    cases=[*SYMMETRIC[:3], case(A(3, 3, domain="spd"), UPLO="U")],
)
def eigh(g, a, UPLO="L", *, result):
    """V (diag(w_bar) + F o (V^T V_bar)) V^T with F_ij = 1 / (w_j - w_i); equal eigenvalues exchange nothing."""
    vectors = result[1]
    transposed = np.swapaxes(vectors, -1, -2)
    mixed = inverse_gaps(result[0]) * (transposed @ g[1])
    return fold_triangle((vectors * np.expand_dims(g[0], -2) + vectors @ mixed) @ transposed, UPLO)


def eigvalsh_jvp(a_dot, a, UPLO="L"):
    vectors = np.linalg.eigh(a, UPLO)[1]
    return np.sum(np.conj(vectors) * (mirror_triangle(a_dot, UPLO) @ vectors), axis=-2)


@custom(np.linalg.eigvalsh, jvp=eigvalsh_jvp, cases=[*SYMMETRIC[:3], case(A(3, 3, domain="spd"), "U")])
def eigvalsh(g, a, UPLO="L"):
    vectors = np.linalg.eigh(a, UPLO)[1]
    return fold_triangle(np.conj(vectors) * np.expand_dims(g, -2) @ np.swapaxes(vectors, -1, -2), UPLO)


# ------------------------------------------------------------------------------------------------ whole factors
def leading_of_three(factors):
    """Whole factors, without the columns and rows that only complete them."""
    u, s, vh = factors
    size = np.shape(s)[-1]
    return u[..., :size], s, vh[..., :size, :]


def leading_of_two(factors, a):
    q, r = factors
    return q[..., : np.shape(a)[-1]], r[..., : np.shape(a)[-1], :]


def completed_three(moved, factors):
    """Tangents of whole factors; what completes them is any that does, and does not move (`s2s/specialise/whole_factors.py`)."""
    size = np.shape(factors[1])[-1]
    u_rest, vh_rest = np.zeros_like(factors[0][..., size:]), np.zeros_like(factors[2][..., size:, :])
    return np.concatenate((moved[0], u_rest), axis=-1), moved[1], np.concatenate((moved[2], vh_rest), axis=-2)


def completed_two(moved, factors):
    size = np.shape(factors[1])[-1]
    q_rest, r_rest = np.zeros_like(factors[0][..., size:]), np.zeros_like(factors[1][..., size:, :])
    return np.concatenate((moved[0], q_rest), axis=-1), np.concatenate((moved[1], r_rest), axis=-2)


# ------------------------------------------------------------------------------------------------ orthogonal factors
def qr_jvp(a_dot, a, mode="reduced", *, result):
    """The first columns of a wide matrix turn Q; the others are read in its basis."""
    q, r = leading_of_two(result, a) if mode == "complete" else result
    size = np.shape(q)[-1]
    qt, first, rest = np.swapaxes(q, -1, -2), r[..., :size], a[..., size:]
    moved = np.swapaxes(np.linalg.solve(np.swapaxes(first, -1, -2), np.swapaxes(a_dot[..., :size], -1, -2)), -1, -2)
    inner = qt @ moved
    below = np.tril(inner, -1)
    turn = below - np.swapaxes(below, -1, -2)
    q_dot = moved - q @ (inner - turn)
    rest_dot = np.swapaxes(q_dot, -1, -2) @ rest + qt @ a_dot[..., size:]
    factors = q_dot, np.concatenate(((inner - turn) @ first, rest_dot), axis=-1)
    return completed_two(factors, result) if mode == "complete" else factors


def has_known_factors(a, mode):
    """A square matrix has the same reduced and complete ones."""
    return is_one_of(mode, "reduced", "complete")


@custom(
    np.linalg.qr,
    jvp=qr_jvp,
    when=lambda a, mode: is_real(a) and has_known_factors(a, mode),
    cases=[*TALL, case(A(2, 3)), case(A(2, 2, 4)), case(A(1, 3))],
)
def qr(g, a, mode="reduced", *, result):
    """(Q_bar + Q C) R^-T with M = R R_bar^T - Q_bar^T Q and C = tril(M) + tril(M, -1)^T.

    Of a wide matrix [X, Y], R is [U, V] with X = Q U and V = Q^T Y: Y V_bar^T is added to Q_bar.
    """
    q, r = leading_of_two(result, a) if mode == "complete" else result
    g = leading_of_two(g, a) if mode == "complete" else g
    size = np.shape(q)[-1]
    first, first_bar, rest_bar = r[..., :size], np.triu(g[1][..., :size]), g[1][..., size:]
    q_bar = g[0] + a[..., size:] @ np.swapaxes(rest_bar, -1, -2)
    product = first @ np.swapaxes(first_bar, -1, -2) - np.swapaxes(q_bar, -1, -2) @ q
    mirrored = np.tril(product) + np.swapaxes(np.tril(product, -1), -1, -2)
    turned = np.swapaxes(np.linalg.solve(first, np.swapaxes(q_bar + q @ mirrored, -1, -2)), -1, -2)
    return np.concatenate((turned, q @ rest_bar), axis=-1)


def has_factors(a, full_matrices, compute_uv):
    return is_one_of(compute_uv, True) and is_one_of(full_matrices, True, False)


def svd_jvp(a_dot, a, full_matrices=True, compute_uv=True, *, result):
    u, s, vh = leading_of_three(result) if full_matrices else result
    ut, v, row = np.swapaxes(u, -1, -2), np.swapaxes(vh, -1, -2), np.expand_dims(s, -2)
    inner = ut @ a_dot @ v
    mirrored = np.swapaxes(inner, -1, -2)
    gaps = inverse_gaps(s * s)
    column = np.expand_dims(s, -1)
    u_turn = gaps * (inner * row + column * mirrored)
    v_turn = gaps * (column * inner + mirrored * row)
    u_dot = u @ u_turn + (a_dot @ v - u @ inner) / row
    v_dot = v @ v_turn + (np.swapaxes(a_dot, -1, -2) @ u - v @ mirrored) / row
    moved = u_dot, np.diagonal(inner, 0, -2, -1), np.swapaxes(v_dot, -1, -2)
    return completed_three(moved, result) if full_matrices else moved


@custom(
    np.linalg.svd,
    jvp=svd_jvp,
    when=lambda a, full_matrices, compute_uv: is_real(a) and has_factors(a, full_matrices, compute_uv),
    cases=[
        case(A(3, 2), full_matrices=False),
        case(A(2, 4), False),
        case(A(2, 2), False),
        case(A(2, 3, 2), False),
        case(A(1, 1), False),
    ],
)
def svd(g, a, full_matrices=True, compute_uv=True, *, result):
    """U core V^T and what leaves the spans of U and V, with F_ij = 1 / (s_j^2 - s_i^2) (Townsend 2016)."""
    u, s, vh = leading_of_three(result) if full_matrices else result
    ut, v, row = np.swapaxes(u, -1, -2), np.swapaxes(vh, -1, -2), np.expand_dims(s, -2)
    g = leading_of_three(g) if full_matrices else g
    v_bar = np.swapaxes(g[2], -1, -2)
    gaps = inverse_gaps(s * s)
    u_inner = ut @ g[0]
    v_inner = vh @ v_bar
    column = np.expand_dims(s, -1)
    u_turn = gaps * (u_inner - np.swapaxes(u_inner, -1, -2)) * row
    v_turn = column * gaps * (v_inner - np.swapaxes(v_inner, -1, -2))
    inside = (u @ (u_turn + v_turn) + u * np.expand_dims(g[1], -2)) @ vh
    outside = (g[0] - u @ u_inner) / row @ vh + u / row @ np.swapaxes(v_bar - v @ v_inner, -1, -2)
    return inside + outside


def singular_values_jvp(a_dot, a, full_matrices=True, compute_uv=True):
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return np.sum(np.conj(u) * (a_dot @ np.conj(np.swapaxes(vh, -1, -2))), axis=-2)


@custom(
    np.linalg.svd,
    jvp=singular_values_jvp,
    when=lambda a, full_matrices, compute_uv: is_one_of(compute_uv, False),
    cases=[case(A(3, 2), compute_uv=False), case(A(2, 4), False, False), case(A(2, 3, 2), compute_uv=False)],
)
def singular_values(g, a, full_matrices=True, compute_uv=True):
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    return np.conj(u * np.expand_dims(g, -2) @ vh)


def svdvals_jvp(x_dot, x):
    u, _, vh = np.linalg.svd(x, full_matrices=False)
    return np.sum(np.conj(u) * (x_dot @ np.conj(np.swapaxes(vh, -1, -2))), axis=-2)


@custom(np.linalg.svdvals, jvp=svdvals_jvp, cases=[case(A(3, 2)), case(A(2, 4)), case(A(2, 3, 2))])
def svdvals(g, x):
    u, _, vh = np.linalg.svd(x, full_matrices=False)
    return np.conj(u * np.expand_dims(g, -2) @ vh)


# -------------------------------------------------------------------------------------------------------- kernels
def inverse_gaps_jvp(w_dot, w, *, result):
    return result * result * (np.expand_dims(w_dot, -1) - np.expand_dims(w_dot, -2))


@custom(inverse_gaps, jvp=inverse_gaps_jvp, cases=[case(A(3)), case(A(2, 3)), case(A(1))])
def inverse_gaps_adjoint(g, w, *, result):
    slope = g * result * result
    return np.sum(slope, axis=-1) - np.sum(slope, axis=-2)


def not_completed_jvp(factor_dot, factor, other):
    return expect_not_completed(factor_dot, factor, other)


@custom(
    not_completed,
    jvp=not_completed_jvp,
    wrt=("factor",),
    ignored=("other",),
    cases=[case(A(2, 2), A(2, 2)), case(A(2, 3, 3), A(2, 3, 3)), case(A(2, 2), A(3, 3))],
)
def not_completed_adjoint(g, factor, other):
    return expect_not_completed(g, factor, other)


@linear(expect_not_completed, wrt=("moved",), ignored=("factor", "other"), cases=[case(A(2, 2), A(2, 2), A(2, 2))])
def expect_not_completed_adjoint(g, moved, factor, other):
    return expect_not_completed(g, factor, other)


refused(
    completed_factor,
    reason="the columns and rows that complete the factors of a matrix which is not square have no derivative: they are any that do",
    hint="ask for the reduced factors: full_matrices=False of svd, mode='reduced' of qr",
)


TRIANGLES = [case(A(3, 3), "L"), case(A(2, 3, 3), "U"), case(A(2, 2), "l"), case(A(1, 1), "u")]


@linear(mirror_triangle, cases=TRIANGLES)
def mirror_triangle_adjoint(g, a, uplo):
    return fold_triangle(g, uplo)


@linear(fold_triangle, cases=TRIANGLES)
def fold_triangle_adjoint(h, g, uplo):
    return mirror_triangle(h, uplo)
