"""Derivative rules: factors of matrices and solves with them, of `scipy.linalg`.

Imported only when a program uses it, with `scipy_linalg`.

In: eigh, eigvalsh, svd, qr, cho_factor, lu_factor and the solvers that take them.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg

from s2s.rules import scipy_linalg  # noqa: F401  its rules come with these
from s2s.rules.cases import A, case
from s2s.rules.declare import constant, custom
from s2s.rules.factorisations import has_factors
from s2s.rules.factorisations import qr as numpy_qr
from s2s.rules.factorisations import qr_jvp as numpy_qr_jvp
from s2s.rules.factorisations import svd as numpy_svd
from s2s.rules.factorisations import svd_jvp as numpy_svd_jvp
from s2s.rules.when import is_one_of, ranks
from s2s_runtime.kernels import fold_triangle, inverse_gaps, mirror_triangle, order_of_swaps, triangle

constant(order_of_swaps, reason="places")

DEFINITE = [case(A(3, 3, domain="spd")), case(A(1, 1, domain="spd")), case(A(2, 2, domain="spd"), lower=False)]


# --------------------------------------------------------------------------------------------------------- eigenvalues
def vectors_too(a, b, lower, eigvals_only, *rest):
    return ranks(2)(a) and is_one_of(b, None) and bool(lower.const) and is_one_of(eigvals_only, False)


def values_alone(a, b, lower, eigvals_only, *rest):
    return ranks(2)(a) and is_one_of(b, None) and bool(lower.const) and is_one_of(eigvals_only, True)


def eigh_jvp(a_dot, a, b=None, *, lower=True, eigvals_only=False, check_finite=True, driver=None, result):
    values, vectors = result
    inner = np.transpose(vectors) @ mirror_triangle(a_dot, "L" if lower else "U") @ vectors
    return np.diagonal(inner), vectors @ (inverse_gaps(values) * inner)


@custom(linalg.eigh, jvp=eigh_jvp, wrt=("a",), real_only=True, when=vectors_too, cases=[
    case(A(3, 3, domain="spd"), driver="ev"), case(A(2, 2, domain="spd"), driver="ev", lower=False), case(A(1, 1, domain="spd")),
])  # fmt: skip
def eigh(g, a, b=None, *, lower=True, eigvals_only=False, check_finite=True, driver=None, result):
    """V (diag(w_bar) + F o (V^T V_bar)) V^T with F_ij = 1 / (w_j - w_i); equal eigenvalues exchange nothing."""
    values, vectors = result
    mixed = inverse_gaps(values) * (np.transpose(vectors) @ g[1])
    return fold_triangle((vectors * g[0] + vectors @ mixed) @ np.transpose(vectors), "L" if lower else "U")


def eigenvalues_jvp(a_dot, a, b=None, *, lower=True, eigvals_only=False, check_finite=True, driver=None):
    vectors = linalg.eigh(a, lower=lower)[1]
    return np.sum(vectors * (mirror_triangle(a_dot, "L" if lower else "U") @ vectors), axis=0)


@custom(
    linalg.eigh,
    jvp=eigenvalues_jvp,
    wrt=("a",),
    real_only=True,
    when=values_alone,
    cases=[case(A(3, 3, domain="spd"), eigvals_only=True)],
)
def eigenvalues(g, a, b=None, *, lower=True, eigvals_only=False, check_finite=True, driver=None):
    vectors = linalg.eigh(a, lower=lower)[1]
    return fold_triangle((vectors * g) @ np.transpose(vectors), "L" if lower else "U")


def eigvalsh_jvp(a_dot, a, b=None, *, lower=True, check_finite=True):
    vectors = linalg.eigh(a, lower=lower)[1]
    return np.sum(vectors * (mirror_triangle(a_dot, "L" if lower else "U") @ vectors), axis=0)


@custom(
    linalg.eigvalsh,
    jvp=eigvalsh_jvp,
    wrt=("a",),
    real_only=True,
    when=lambda a, b, lower, check_finite: ranks(2)(a) and is_one_of(b, None) and bool(lower.const),
    cases=DEFINITE,
)
def eigvalsh(g, a, b=None, *, lower=True, check_finite=True):
    vectors = linalg.eigh(a, lower=lower)[1]
    return fold_triangle((vectors * g) @ np.transpose(vectors), "L" if lower else "U")


# ----------------------------------------------------------------------------------------------------- singular values
def reduced(a, full_matrices, compute_uv, check_finite):
    return ranks(2)(a) and has_factors(a, full_matrices, compute_uv)


def svd_jvp(a_dot, a, full_matrices=True, compute_uv=True, *, check_finite=True, result):
    return numpy_svd_jvp(a_dot, a, full_matrices, result=result)


@custom(
    linalg.svd,
    jvp=svd_jvp,
    real_only=True,
    when=reduced,
    cases=[case(A(3, 2), full_matrices=False), case(A(2, 4), False), case(A(1, 1), False)],
)
def svd(g, a, full_matrices=True, compute_uv=True, *, check_finite=True, result):
    return numpy_svd(g, a, full_matrices, result=result)


def singular_values_jvp(a_dot, a, full_matrices=True, compute_uv=True, *, check_finite=True):
    u, _, vh = linalg.svd(a, False)
    return np.sum(u * (a_dot @ np.transpose(vh)), axis=0)


@custom(
    linalg.svd,
    jvp=singular_values_jvp,
    real_only=True,
    when=lambda a, full_matrices, compute_uv, check_finite: ranks(2)(a) and is_one_of(compute_uv, False),
    cases=[case(A(3, 2), compute_uv=False), case(A(2, 4), False, False)],
)
def singular_values(g, a, full_matrices=True, compute_uv=True, *, check_finite=True):
    u, _, vh = linalg.svd(a, False)
    return (u * g) @ vh


def svdvals_jvp(a_dot, a, *, check_finite=True):
    u, _, vh = linalg.svd(a, False)
    return np.sum(u * (a_dot @ np.transpose(vh)), axis=0)


@custom(linalg.svdvals, jvp=svdvals_jvp, real_only=True, when=ranks(2), cases=[case(A(3, 2)), case(A(2, 4)), case(A(1, 1))])
def svdvals(g, a, *, check_finite=True):
    u, _, vh = linalg.svd(a, False)
    return (u * g) @ vh


# ------------------------------------------------------------------------------------------------ orthogonal factors
def thin(a, mode, check_finite):
    return ranks(2)(a) and is_one_of(mode, "economic")


def qr_jvp(a_dot, a, *, mode="full", check_finite=True, result):
    return numpy_qr_jvp(a_dot, a, "reduced", result=result)


@custom(
    linalg.qr,
    jvp=qr_jvp,
    real_only=True,
    when=thin,
    cases=[case(A(3, 2), mode="economic"), case(A(2, 2), mode="economic"), case(A(2, 3), mode="economic")],
)
def qr(g, a, *, mode="full", check_finite=True, result):
    return numpy_qr(g, a, "reduced", result=result)


# ------------------------------------------------------------------------------------------------- factors of Cholesky
def cho_factor_jvp(a_dot, a, lower=False, *, check_finite=True, result):
    factor = np.tril(result[0]) if lower else np.transpose(np.triu(result[0]))
    half = linalg.solve_triangular(factor, mirror_triangle(a_dot, "L" if lower else "U"), lower=True)
    inner = linalg.solve_triangular(factor, np.transpose(half), lower=True)
    moved = factor @ (0.5 * (np.tril(inner) + np.tril(inner, -1)))
    return (moved + np.triu(a_dot, 1) if lower else np.transpose(moved) + np.tril(a_dot, -1)), 0.0


@custom(
    linalg.cho_factor,
    jvp=cho_factor_jvp,
    real_only=True,
    when=lambda a, lower, check_finite: ranks(2)(a) and bool(lower.const),
    cases=[case(A(3, 3, domain="spd")), case(A(3, 3, domain="spd"), True), case(A(1, 1, domain="spd"))],
)
def cho_factor(g, a, lower=False, *, check_finite=True, result):
    """As that of cholesky; the other triangle is that of the matrix, as it was."""
    factor = np.tril(result[0]) if lower else np.transpose(np.triu(result[0]))
    seed = g[0]
    product = np.transpose(factor) @ np.tril(seed if lower else np.transpose(seed))
    middle = 0.5 * (np.tril(product) + np.tril(product, -1))
    left = linalg.solve_triangular(factor, middle, 1, True)
    moved = linalg.solve_triangular(factor, np.transpose(left), 1, True)
    return fold_triangle(moved, "L" if lower else "U") + (np.triu(seed, 1) if lower else np.tril(seed, -1))


def one_or_several(c_and_lower, b, check_finite):
    return b.ndim in (1, 2)


def cho_solve_jvp(c_dot, b_dot, c_and_lower, b, *, check_finite=True, result):
    c, lower = c_and_lower
    factor = np.where(lower, np.tril(c), np.transpose(np.triu(c)))
    turn = np.where(lower, np.tril(c_dot[0]), np.transpose(np.triu(c_dot[0])))
    moved = turn @ (np.transpose(factor) @ result) + factor @ (np.transpose(turn) @ result)
    return -linalg.cho_solve(c_and_lower, moved), linalg.cho_solve(c_and_lower, b_dot)


@custom(
    linalg.cho_solve,
    jvp=cho_solve_jvp,
    sequences=("c_and_lower",),
    real_only=True,
    when=one_or_several,
    cases=[case((A(3, 3, domain="spd"), True), A(3)), case((A(2, 2, domain="spd"), False), A(2, 3))],
)
def cho_solve(g, c_and_lower, b, *, check_finite=True, result):
    """Of L L^T x = b the seed of L is that of the product, -(b_bar x^T + x b_bar^T) L."""
    c, lower = c_and_lower
    factor = np.where(lower, np.tril(c), np.transpose(np.triu(c)))
    b_bar, size = linalg.cho_solve(c_and_lower, g), np.shape(b)[0]
    rows, columns = np.reshape(b_bar, (size, -1)), np.reshape(result, (size, -1))
    factor_bar = -np.tril((rows @ np.transpose(columns) + columns @ np.transpose(rows)) @ factor)
    return (np.where(lower, factor_bar, np.transpose(factor_bar)), 0.0), b_bar


# ---------------------------------------------------------------------------------------------------- factors of Gauss
def lu_factor_jvp(a_dot, a, *, check_finite=True, result):
    """The move of P A = L U, in the bases of L and of U, is below the diagonal that of L, which has ones on it, and above that of U."""
    lu = result[0]
    half = linalg.solve_triangular(lu, a_dot[order_of_swaps(result[1])], 0, True, True)
    inner = np.transpose(linalg.solve_triangular(lu, np.transpose(half), 1))
    below, above = triangle(lu, True, True), triangle(lu, False, False)
    turn = triangle(inner, True, True)
    return below @ turn + turn + triangle(inner, False, False) @ above, np.zeros(np.shape(result[1]))


@custom(
    linalg.lu_factor,
    jvp=lu_factor_jvp,
    real_only=True,
    when=ranks(2),
    cases=[case(A(3, 3, domain="spd")), case(A(1, 1)), case(A(2, 2))],
)
def lu_factor(g, a, *, check_finite=True, result):
    lu = result[0]
    below, above = triangle(lu, True, True), triangle(lu, False, False)
    seed = triangle(g[0], True, True)
    inner = triangle(np.transpose(below) @ seed + seed, True, True)
    inner = inner + triangle(triangle(g[0], False, False) @ np.transpose(above), False, False)
    half = linalg.solve_triangular(lu, inner, 1, True, True)
    turned = np.transpose(linalg.solve_triangular(lu, np.transpose(half)))
    return turned[np.argsort(order_of_swaps(result[1]))]


def straight(lu_and_piv, b, trans, check_finite):
    return b.ndim in (1, 2) and is_one_of(trans, 0)


def lu_solve_jvp(lu_dot, b_dot, lu_and_piv, b, trans=0, *, check_finite=True, result):
    lu = lu_and_piv[0]
    below, above = triangle(lu, True, True), triangle(lu, False, False)
    turn = triangle(lu_dot[0], False, False) @ result
    moved = triangle(lu_dot[0], True, True) @ (above @ result) + below @ turn + turn
    by_factors = linalg.solve_triangular(lu, linalg.solve_triangular(lu, moved, 0, True, True))
    return -by_factors, linalg.lu_solve(lu_and_piv, b_dot)


@custom(
    linalg.lu_solve,
    jvp=lu_solve_jvp,
    sequences=("lu_and_piv",),
    real_only=True,
    when=straight,
    cases=[case((A(3, 3, domain="spd"), np.array([2, 1, 2])), A(3)), case((A(2, 2, domain="spd"), np.array([0, 1])), A(2, 3))],
)
def lu_solve(g, lu_and_piv, b, trans=0, *, check_finite=True, result):
    lu, size = lu_and_piv[0], np.shape(b)[0]
    below, above = triangle(lu, True, True), triangle(lu, False, False)
    rows = linalg.solve_triangular(lu, linalg.solve_triangular(lu, g, 1), 1, True, True)
    columns = np.transpose(np.reshape(result, (size, -1)))
    product = np.reshape(rows, (size, -1)) @ columns
    lu_bar = triangle(product @ np.transpose(above), True, True) + triangle(np.transpose(below) @ product + product, False, False)
    return (-lu_bar, 0.0), rows[np.argsort(order_of_swaps(lu_and_piv[1]))]
