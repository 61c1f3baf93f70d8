"""Derivative rules: factorisations of complex matrices.

In: eigh, qr, svd of matrices that are, or may be, complex.  Out: their rules in `RULES`, behind those of real matrices.  Vectors are
those that LAPACK gives, which are real in one entry each: of `eigh` the first, or the last where it reads upper triangles; of
`svd` the first entry of a right singular vector, or of a left one where there are more columns than rows; the diagonal of R is
real.  Where that entry is 0, what turns a vector is left as it is.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import custom
from s2s.rules.factorisations import (
    completed_three,
    completed_two,
    has_factors,
    has_known_factors,
    leading_of_three,
    leading_of_two,
)
from s2s_runtime.kernels import fold_triangle, inverse_gaps, mirror_triangle


def real_row(UPLO):
    """The row of the vectors that is real: LAPACK leaves it alone when it makes a Hermitian matrix tridiagonal."""
    return -1 if UPLO == "U" or UPLO == "u" else 0


def hermitian(a):
    return np.conj(np.swapaxes(a, -1, -2))


def turn(moved, vectors, row):
    """By how much each vector turns where it moves: of the entry that is real, what is imaginary."""
    real = np.expand_dims(vectors[..., row, :], -2)
    by = np.expand_dims(moved[..., row, :], -2) / np.where(real == 0, np.inf, real)
    return 0.5 * (by - np.conj(by))


def turn_adjoint(along, vectors, row):
    real = np.expand_dims(vectors[..., row, :], -2)
    by = 0.5 * (along - np.conj(along)) / np.where(real == 0, np.inf, real)
    size = np.shape(vectors)[-2]
    return np.where(np.expand_dims(np.arange(size) == row % size, -1), by, 0.0)


def along_vectors(g, vectors):
    return np.sum(g * vectors, axis=-2, keepdims=True)


def eigh_of_complex_jvp(a_dot, a, UPLO="L", *, result):
    vectors = result[1]
    inner = hermitian(vectors) @ mirror_triangle(a_dot, UPLO) @ vectors
    moved = vectors @ (inverse_gaps(result[0]) * inner)
    return np.real(np.diagonal(inner, 0, -2, -1)), moved - vectors * turn(moved, vectors, real_row(UPLO))


HERMITIAN = [case(A(3, 3, domain="complex")), case(A(2, 3, 3, domain="complex"), "U"), case(A(1, 1, domain="complex"))]


@custom(np.linalg.eigh, jvp=eigh_of_complex_jvp, cases=HERMITIAN)
def eigh_of_complex(g, a, UPLO="L", *, result):
    """As of real matrices; the vectors are turned so that their first entry, of upper triangles their last, is real."""
    vectors = result[1]
    transposed = np.swapaxes(vectors, -1, -2)
    vectors_bar = g[1] - turn_adjoint(along_vectors(g[1], vectors), vectors, real_row(UPLO))
    mixed = inverse_gaps(result[0]) * (transposed @ vectors_bar)
    conjugate = np.conj(vectors)
    return fold_triangle((conjugate * np.expand_dims(g[0], -2) + conjugate @ mixed) @ transposed, UPLO)


# ------------------------------------------------------------------------------------------------ orthogonal factors
def qr_of_complex_jvp(a_dot, a, mode="reduced", *, result):
    q, r = leading_of_two(result, a) if mode == "complete" else result
    size = np.shape(q)[-1]
    first, rest = r[..., :size], a[..., size:]
    moved = np.swapaxes(np.linalg.solve(np.swapaxes(first, -1, -2), np.swapaxes(a_dot[..., :size], -1, -2)), -1, -2)
    inner = hermitian(q) @ moved
    upper = np.triu(inner, 1) + hermitian(np.tril(inner, -1)) + real_diagonal(inner)
    q_dot = moved - q @ upper
    rest_dot = hermitian(q_dot) @ rest + hermitian(q) @ a_dot[..., size:]
    factors = q_dot, np.concatenate((upper @ first, rest_dot), axis=-1)
    return completed_two(factors, result) if mode == "complete" else factors


def real_diagonal(a):
    return np.where(np.eye(np.shape(a)[-1], dtype=bool), np.real(a), 0.0)


@custom(
    np.linalg.qr,
    jvp=qr_of_complex_jvp,
    when=has_known_factors,
    cases=[case(A(*shape, domain="complex")) for shape in ((3, 2), (2, 2), (2, 3), (2, 3, 2))],
)
def qr_of_complex(g, a, mode="reduced", *, result):
    """As of real matrices; the diagonal of R stays real."""
    q, r = leading_of_two(result, a) if mode == "complete" else result
    g = leading_of_two(g, a) if mode == "complete" else g
    size = np.shape(q)[-1]
    first, first_bar, rest_bar = r[..., :size], np.triu(g[1][..., :size]), g[1][..., size:]
    q_bar = g[0] + np.conj(a[..., size:] @ np.swapaxes(rest_bar, -1, -2))
    upper_bar = first_bar @ np.swapaxes(first, -1, -2) - np.swapaxes(q, -1, -2) @ q_bar
    beside = np.triu(upper_bar, 1)
    moved_bar = q_bar + np.conj(q) @ (beside + hermitian(beside) + real_diagonal(upper_bar))
    turned = np.swapaxes(np.linalg.solve(first, np.swapaxes(moved_bar, -1, -2)), -1, -2)
    return np.concatenate((turned, np.conj(q) @ rest_bar), axis=-1)


def svd_of_complex_jvp(a_dot, a, full_matrices=True, compute_uv=True, *, result):
    u, s, vh = leading_of_three(result) if full_matrices else result
    v, row, column = hermitian(vh), np.expand_dims(s, -2), np.expand_dims(s, -1)
    inner = hermitian(u) @ a_dot @ v
    mirrored = hermitian(inner)
    gaps, diagonal = inverse_gaps(s * s), np.eye(np.shape(s)[-1], dtype=bool)
    u_turn = np.where(diagonal, 0.5 * (inner - mirrored) / row, gaps * (inner * row + column * mirrored))
    u_dot = u @ u_turn + (a_dot @ v - u @ inner) / row
    v_dot = v @ (gaps * (column * inner + mirrored * row)) + (hermitian(a_dot) @ u - v @ mirrored) / row
    both = np.where(np.shape(a)[-2] >= np.shape(a)[-1], turn(v_dot, v, 0), turn(u_dot, u, 0))
    moved = u_dot - u * both, np.real(np.diagonal(inner, 0, -2, -1)), hermitian(v_dot - v * both)
    return completed_three(moved, result) if full_matrices else moved


@custom(
    np.linalg.svd,
    jvp=svd_of_complex_jvp,
    when=has_factors,
    cases=[case(A(*shape, domain="complex"), False) for shape in ((3, 2), (2, 4), (2, 2), (2, 3, 2), (1, 1), (1, 3))],
)
def svd_of_complex(g, a, full_matrices=True, compute_uv=True, *, result):
    """The adjoint of the tangents, term by term: of the turn of both vectors, of what leaves the spans, of what stays in them."""
    u, s, vh = leading_of_three(result) if full_matrices else result
    v, row, column = hermitian(vh), np.expand_dims(s, -2), np.expand_dims(s, -1)
    g = leading_of_three(g) if full_matrices else g
    u_bar, v_bar = g[0], hermitian(g[2])
    along, is_tall = along_vectors(u_bar, u) + along_vectors(v_bar, v), np.shape(a)[-2] >= np.shape(a)[-1]
    v_bar = v_bar - np.where(is_tall, turn_adjoint(along, v, 0), 0.0)
    u_bar = u_bar - np.where(is_tall, 0.0, turn_adjoint(along, u, 0))
    u_inner, v_inner = np.swapaxes(u, -1, -2) @ u_bar, np.swapaxes(v, -1, -2) @ v_bar
    gaps, diagonal = inverse_gaps(s * s), np.eye(np.shape(s)[-1], dtype=bool)
    twisted = np.where(diagonal, 0.5 * u_inner / row, 0.0)
    inner_bar = gaps * (u_inner * row + column * v_inner) + twisted - u_inner / row + np.where(diagonal, np.expand_dims(g[1], -2), 0.0)
    mirrored_bar = gaps * (u_inner * column + v_inner * row) - twisted - v_inner / row
    inside = np.conj(u) @ (inner_bar + hermitian(mirrored_bar)) @ np.swapaxes(v, -1, -2)
    return inside + u_bar / row @ np.swapaxes(v, -1, -2) + np.conj(u @ np.swapaxes(v_bar / row, -1, -2))
