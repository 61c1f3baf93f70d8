"""Derivative rules: factors of matrices of `scipy.linalg` that NumPy has not.  Imported only when a program uses it, with `scipy_linalg`.

In: eigh and eigvalsh of two matrices, lu, polar; logm, fractional_matrix_power, sinhm, coshm, tanm, tanhm, expm_frechet.  Out: their
rules in `RULES`.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, linear
from s2s.rules.when import is_one_of, ranks
from s2s_runtime.kernels import fold_triangle, inverse_gaps, mirror_triangle, rows_swapped, tall, triangle, upper_blocks

# ---------------------------------------------------------------------------------------------- eigenvalues of two matrices
SPD = A(3, 3, domain="spd")
SMALL = A(2, 2, domain="spd")


def vectors_too(a, b, lower, eigvals_only, *rest):
    return ranks(2, 2)(a, b) and bool(lower.const) and is_one_of(eigvals_only, False)


def eigh_of_two_jvp(a_dot, b_dot, a, b, *, lower=True, eigvals_only=False, check_finite=True, driver=None, result):
    values, vectors = result
    by_a = np.transpose(vectors) @ mirror_triangle(a_dot, "L" if lower else "U") @ vectors
    by_b = np.transpose(vectors) @ mirror_triangle(b_dot, "L" if lower else "U") @ vectors
    stretched = inverse_gaps(values) * (by_b * values) + np.diag(0.5 * np.diagonal(by_b))
    moved = np.diagonal(by_a), vectors @ (inverse_gaps(values) * by_a)
    return moved, (-values * np.diagonal(by_b), -(vectors @ stretched))


@custom(
    linalg.eigh,
    jvp=eigh_of_two_jvp,
    several=True,
    wrt=("a", "b"),
    real_only=True,
    when=vectors_too,
    cases=[case(SPD, SPD), case(SMALL, SMALL, lower=False), case(A(1, 1), A(1, 1, domain="spd"))],
)
def eigh_of_two(g, a, b, *, lower=True, eigvals_only=False, check_finite=True, driver=None, result):
    """A V = B V diag(w) with V^T B V = 1: what V moves by in its own basis is F o (V^T (dA - w_j dB) V) - diag(V^T dB V) / 2."""
    values, vectors = result
    inner = np.transpose(vectors) @ g[1]
    by_a = inverse_gaps(values) * inner + np.diag(g[0])
    by_b = by_a * values + np.diag(0.5 * np.diagonal(inner))
    a_bar = vectors @ by_a @ np.transpose(vectors)
    b_bar = vectors @ by_b @ np.transpose(vectors)
    return fold_triangle(a_bar, "L" if lower else "U"), -fold_triangle(b_bar, "L" if lower else "U")


def eigenvalues_of_two_jvp(a_dot, b_dot, a, b, *, lower=True, eigvals_only=False, check_finite=True, driver=None):
    values, vectors = linalg.eigh(a, b, lower=lower)
    by_a = np.sum(vectors * (mirror_triangle(a_dot, "L" if lower else "U") @ vectors), axis=0)
    return by_a, -values * np.sum(vectors * (mirror_triangle(b_dot, "L" if lower else "U") @ vectors), axis=0)


@custom(
    linalg.eigh,
    jvp=eigenvalues_of_two_jvp,
    wrt=("a", "b"),
    real_only=True,
    when=lambda a, b, lower, eigvals_only, *rest: ranks(2, 2)(a, b) and bool(lower.const) and is_one_of(eigvals_only, True),
    cases=[case(SPD, SPD, eigvals_only=True)],
)
def eigenvalues_of_two(g, a, b, *, lower=True, eigvals_only=False, check_finite=True, driver=None):
    values, vectors = linalg.eigh(a, b, lower=lower)
    a_bar = (vectors * g) @ np.transpose(vectors)
    b_bar = (vectors * (values * g)) @ np.transpose(vectors)
    return fold_triangle(a_bar, "L" if lower else "U"), -fold_triangle(b_bar, "L" if lower else "U")


def eigvalsh_of_two_jvp(a_dot, b_dot, a, b, *, lower=True, check_finite=True):
    return eigenvalues_of_two_jvp(a_dot, b_dot, a, b, lower=lower)


@custom(
    linalg.eigvalsh,
    jvp=eigvalsh_of_two_jvp,
    wrt=("a", "b"),
    real_only=True,
    when=lambda a, b, lower, check_finite: ranks(2, 2)(a, b) and bool(lower.const),
    cases=[case(SPD, SPD), case(SMALL, SMALL, lower=False)],
)
def eigvalsh_of_two(g, a, b, *, lower=True, check_finite=True):
    return eigenvalues_of_two(g, a, b, lower=lower)


# ------------------------------------------------------------------------------------------------------ factors of Gauss
@linear(rows_swapped, ignored=("p",), cases=[case(A(3, 2), np.array([2, 0, 1]), 0), case(A(3), np.eye(3)[[2, 0, 1]], 1)])
def rows_swapped_adjoint(g, x, p, back):
    return rows_swapped(g, p, 1 - back)


def lu_jvp(a_dot, a, permute_l=False, *, check_finite=True, p_indices=False, result):
    """In the bases of L and of U, what moves a square corner of P^T A is below the diagonal that of L, and above it that of U."""
    p, below, above = result
    size = np.shape(above)[0]
    moved = rows_swapped(a_dot, p, 1)
    half = linalg.solve_triangular(below[:size], moved[:size, :size], 0, True, True)
    inner = np.transpose(linalg.solve_triangular(above[:, :size], np.transpose(half), 1))
    below_dot = below[:size] @ triangle(inner, True, True)
    above_dot = triangle(inner, False, False) @ above[:, :size]
    beyond = linalg.solve_triangular(above[:, :size], np.transpose(moved[size:, :size] - below[size:] @ above_dot), 1)
    beside = linalg.solve_triangular(below[:size], moved[:size, size:] - below_dot @ above[:, size:], 0, True, True)
    return np.zeros_like(p, float), np.concatenate((below_dot, np.transpose(beyond))), np.concatenate((above_dot, beside), axis=1)


@custom(
    linalg.lu,
    jvp=lu_jvp,
    real_only=True,
    when=lambda a, permute_l, check_finite, p_indices: ranks(2)(a) and is_one_of(permute_l, False) and bool(p_indices.const),
    cases=[case(A(3, 3)), case(A(2, 2), p_indices=True), case(A(3, 2)), case(A(2, 4)), case(A(4, 2), p_indices=True), case(A(1, 1))],
)
def lu(g, a, permute_l=False, *, check_finite=True, p_indices=False, result):
    p, below, above = result
    size = np.shape(above)[0]
    corner, upper = below[:size], above[:, :size]
    beyond = np.transpose(linalg.solve_triangular(upper, np.transpose(g[1][size:])))
    beside = linalg.solve_triangular(corner, g[2][:, size:], 1, True, True)
    below_bar = g[1][:size] - beside @ np.transpose(above[:, size:])
    above_bar = g[2][:, :size] - np.transpose(below[size:]) @ beyond
    inner = triangle(np.transpose(corner) @ below_bar, True, True) + triangle(above_bar @ np.transpose(upper), False, False)
    half = linalg.solve_triangular(corner, inner, 1, True, True)
    square = np.transpose(linalg.solve_triangular(upper, np.transpose(half)))
    left = np.concatenate((square, beyond))
    right = np.concatenate((beside, np.zeros_like(below[size:, :1] @ beside[:1])))
    rows = np.concatenate((left, right), axis=1)
    return rows_swapped(rows, p, 0)


# --------------------------------------------------------------------------------------------------------- polar factors
def by_sylvester(p, x):
    return linalg.solve_sylvester(p, p, x)


def polar_right_jvp(a_dot, u, p):
    """What U turns by in its own basis, W, is skew: W P + P W = U^T dA - dA^T U."""
    inner = np.transpose(u) @ a_dot
    turn = by_sylvester(p, inner - np.transpose(inner))
    outside = np.transpose(linalg.solve(p, np.transpose(a_dot - u @ inner), assume_a="pos"))
    return u @ turn + outside, inner - turn @ p


def polar_right(g, u, p):
    """The adjoint of `polar_right_jvp`."""
    inner = by_sylvester(p, np.transpose(u) @ g[0] - g[1] @ p)
    outside = np.transpose(linalg.solve(p, np.transpose(g[0]), assume_a="pos"))
    return u @ (g[1] + inner - np.transpose(inner)) + outside - u @ (np.transpose(u) @ outside)


def polar_jvp(a_dot, a, side="right", *, result):
    u, p = result
    if side == "right":
        return polar_right_jvp(a_dot, tall(u), p)
    u_dot, p_dot = polar_right_jvp(np.transpose(a_dot), tall(np.transpose(u)), p)
    return np.transpose(u_dot), p_dot


@custom(
    linalg.polar,
    jvp=polar_jvp,
    real_only=True,
    when=lambda a, side: ranks(2)(a) and bool(side.const),
    cases=[case(A(3, 3)), case(A(3, 2)), case(A(2, 3), side="left"), case(A(2, 2), "left"), case(A(1, 1))],
)
def polar(g, a, side="right", *, result):
    """Of a matrix of full rank, with the symmetric factor on its shorter side."""
    u, p = result
    if side == "right":
        return polar_right(g, tall(u), p)
    return np.transpose(polar_right((np.transpose(g[0]), g[1]), tall(np.transpose(u)), p))


# ---------------------------------------------------------------------------------------------------- functions of matrices
def logm_jvp(A_dot, A):
    size = np.shape(A)[-1]
    return linalg.logm(upper_blocks(A, A_dot))[:size, size:]


@custom(linalg.logm, jvp=logm_jvp, when=ranks(2), cases=[case(A(2, 2, domain="spd")), case(A(1, 1, domain="spd"))])
def logm(g, A):
    """What a function of matrices moves by is a corner of its value for a matrix of blocks (Mathias 1996)."""
    size = np.shape(A)[-1]
    return linalg.logm(upper_blocks(np.transpose(A), g))[:size, size:]


def whole_power(A, t):
    return ranks(2)(A) and bool(t.const) and isinstance(t.const[0], int)


def whole_power_jvp(A_dot, A, t):
    size = np.shape(A)[-1]
    return linalg.fractional_matrix_power(upper_blocks(A, A_dot), t)[:size, size:]


@custom(
    linalg.fractional_matrix_power,
    jvp=whole_power_jvp,
    wrt=("A",),
    when=whole_power,
    cases=[case(A(2, 2, domain="spd"), -2), case(A(1, 1, domain="spd"), 2), case(A(3, 3), 3), case(A(2, 2), 0)],
)
def whole_power_of_matrix(g, A, t):
    size = np.shape(A)[-1]
    return linalg.fractional_matrix_power(upper_blocks(np.transpose(A), g), t)[:size, size:]


def fractional_matrix_power_jvp(A_dot, t_dot, A, t, *, result):
    """The exponential of t log A."""
    size, log = np.shape(A)[-1], linalg.logm(A)
    moved = t * logm_jvp(A_dot, A)
    return linalg.expm(upper_blocks(t * log, moved))[:size, size:], t_dot * (log @ result)


@custom(
    linalg.fractional_matrix_power,
    jvp=fractional_matrix_power_jvp,
    when=ranks(2, 0),
    cases=[case(A(2, 2, domain="spd"), 0.3), case(A(2, 2, domain="spd"), A()), case(A(1, 1, domain="spd"), -1.5)],
)
def fractional_matrix_power(g, A, t, *, result):
    size, log = np.shape(A)[-1], linalg.logm(A)
    log_bar = t * linalg.expm(upper_blocks(np.transpose(t * log), g))[:size, size:]
    return logm(log_bar, A), np.sum(g * (log @ result))


def sinhm_jvp(A_dot, A):
    size = np.shape(A)[-1]
    return linalg.sinhm(upper_blocks(A, A_dot))[:size, size:]


@custom(linalg.sinhm, jvp=sinhm_jvp, when=ranks(2), cases=[case(A(3, 3))])
def sinhm(g, A):
    size = np.shape(A)[-1]
    return linalg.sinhm(upper_blocks(np.transpose(A), g))[:size, size:]


def coshm_jvp(A_dot, A):
    size = np.shape(A)[-1]
    return linalg.coshm(upper_blocks(A, A_dot))[:size, size:]


@custom(linalg.coshm, jvp=coshm_jvp, when=ranks(2), cases=[case(A(3, 3))])
def coshm(g, A):
    size = np.shape(A)[-1]
    return linalg.coshm(upper_blocks(np.transpose(A), g))[:size, size:]


def tanm_jvp(A_dot, A):
    size = np.shape(A)[-1]
    return linalg.tanm(upper_blocks(A, A_dot))[:size, size:]


@custom(linalg.tanm, jvp=tanm_jvp, when=ranks(2), cases=[case(A(2, 2, domain="half turn"))])
def tanm(g, A):
    size = np.shape(A)[-1]
    return linalg.tanm(upper_blocks(np.transpose(A), g))[:size, size:]


def tanhm_jvp(A_dot, A):
    size = np.shape(A)[-1]
    return linalg.tanhm(upper_blocks(A, A_dot))[:size, size:]


@custom(linalg.tanhm, jvp=tanhm_jvp, when=ranks(2), cases=[case(A(3, 3))])
def tanhm(g, A):
    size = np.shape(A)[-1]
    return linalg.tanhm(upper_blocks(np.transpose(A), g))[:size, size:]


# ------------------------------------------------------------------------------------------ the slope of the exponential
def expm_frechet_jvp(A_dot, E_dot, A, E, method=None, compute_expm=True, *, check_finite=True):
    """expm_frechet(A, E) is the upper half of the exponential of blocks, and moves as that does."""
    size = np.shape(A)[-1]
    whole = upper_blocks(A, E)
    moved = linalg.expm(upper_blocks(A, A_dot))[:size, size:]
    turned = linalg.expm(upper_blocks(whole, upper_blocks(A_dot, np.zeros_like(E))))[:size, 3 * size :]
    return (moved, turned), (np.zeros_like(moved), linalg.expm(upper_blocks(A, E_dot))[:size, size:])


def both(A, E, method, compute_expm, check_finite):
    return ranks(2, 2)(A, E) and is_one_of(compute_expm, True)


@custom(linalg.expm_frechet, jvp=expm_frechet_jvp, several=True, when=both, cases=[case(A(3, 3), A(3, 3)), case(A(1, 1), A(1, 1))])
def expm_frechet(g, A, E, method=None, compute_expm=True, *, check_finite=True):
    size = np.shape(A)[-1]
    seed = upper_blocks(g[0], g[1])
    lower = np.concatenate((seed[:size], np.zeros_like(seed[size:])))
    moved = linalg.expm(upper_blocks(np.transpose(upper_blocks(A, E)), lower))[: 2 * size, 2 * size :]
    return moved[:size, :size] + moved[size:, size:], moved[:size, size:]


def slope_alone_jvp(A_dot, E_dot, A, E, method=None, compute_expm=True, *, check_finite=True):
    by_a, by_e = expm_frechet_jvp(A_dot, E_dot, A, E)
    return by_a[1], by_e[1]


def alone(A, E, method, compute_expm, check_finite):
    return ranks(2, 2)(A, E) and is_one_of(compute_expm, False)


@custom(linalg.expm_frechet, jvp=slope_alone_jvp, when=alone, cases=[case(A(2, 2), A(2, 2), compute_expm=False)])
def slope_alone(g, A, E, method=None, compute_expm=True, *, check_finite=True):
    return expm_frechet((np.zeros_like(g), g), A, E)


@linear(tall, cases=[case(A(3, 2)), case(A(2, 2))])
def tall_adjoint(g, u):
    return g
