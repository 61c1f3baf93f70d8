"""Derivative rules: `scipy.linalg`.  Imported only when a program uses it.

In: solvers for triangles and matrix equations, functions of matrices, and those that NumPy has under the same name.  Out: their
rules in `RULES`.  What may change an argument (`overwrite_a=True`) is outside of what the rules know, and so refused.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg

from s2s.rules.cases import A, Case, case
from s2s.rules.declare import RULES, constant, custom, linear
from s2s.rules.when import is_one_of, is_real, ranks
from s2s_runtime.kernels import along_diagonals, diagonal_sums, fold_triangle, mirror_triangle, triangle, upper_blocks

SQUARE = [case(A(3, 3)), case(A(1, 1)), case(A(2, 3, 3))]
REGULAR = A(3, 3, domain="spd")


# ------------------------------------------------------------------------------------------------------ triangles
def triangular(**known: object) -> list[Case]:
    """Calls with one right side and with several."""
    return [case(A(3, 3, domain="spd"), A(3), **known), case(A(2, 2, domain="spd"), A(2, 3), **known)]


@linear(triangle, cases=[case(A(3, 3), True, False), case(A(2, 3), False, True), case(A(3, 3), True, True)])
def triangle_adjoint(g, x, lower, without_diagonal):
    return triangle(g, lower, without_diagonal)


def straight(a, b, trans, *rest):
    return ranks(2)(a) and b.ndim in (1, 2) and is_one_of(trans, 0, "N")


def turned(a, b, trans, *rest):
    return (
        ranks(2)(a) and b.ndim in (1, 2) and (is_one_of(trans, 1, "T") or (is_one_of(trans, 2, "C") and is_real(a, b)))
    )


def solve_triangular_jvp(a_dot, b_dot, a, b, trans=0, lower=False, unit_diagonal=False, *, check_finite=True, result):
    moved = triangle(a_dot, lower, unit_diagonal) @ result
    by_a = linalg.solve_triangular(a, moved, trans, lower, unit_diagonal, check_finite=check_finite)
    return -by_a, linalg.solve_triangular(a, b_dot, trans, lower, unit_diagonal, check_finite=check_finite)


@custom(
    linalg.solve_triangular,
    jvp=solve_triangular_jvp,
    when=straight,
    cases=[*triangular(), *triangular(lower=True), *triangular(lower=True, unit_diagonal=True), *triangular(trans="N")],
)
def solve_triangular(g, a, b, trans=0, lower=False, unit_diagonal=False, *, check_finite=True, result):
    b_bar = linalg.solve_triangular(a, g, 1, lower, unit_diagonal, check_finite=check_finite)
    a_bar = np.reshape(b_bar, (np.shape(a)[0], -1)) @ np.transpose(np.reshape(result, (np.shape(a)[0], -1)))
    return -triangle(a_bar, lower, unit_diagonal), b_bar


def solve_triangular_transposed_jvp(
    a_dot, b_dot, a, b, trans=0, lower=False, unit_diagonal=False, *, check_finite=True, result
):
    moved = np.transpose(triangle(a_dot, lower, unit_diagonal)) @ result
    by_a = linalg.solve_triangular(a, moved, trans, lower, unit_diagonal, check_finite=check_finite)
    return -by_a, linalg.solve_triangular(a, b_dot, trans, lower, unit_diagonal, check_finite=check_finite)


@custom(
    linalg.solve_triangular,
    jvp=solve_triangular_transposed_jvp,
    when=turned,
    cases=[
        *triangular(trans=1),
        *triangular(trans="T", lower=True),
        *triangular(trans=1, lower=True, unit_diagonal=True),
    ],
)
def solve_triangular_transposed(g, a, b, trans=0, lower=False, unit_diagonal=False, *, check_finite=True, result):
    b_bar = linalg.solve_triangular(a, g, 0, lower, unit_diagonal, check_finite=check_finite)
    a_bar = np.reshape(result, (np.shape(a)[0], -1)) @ np.transpose(np.reshape(b_bar, (np.shape(a)[0], -1)))
    return -triangle(a_bar, lower, unit_diagonal), b_bar


# ---------------------------------------------------------------------------------------------- systems, inverses
def general(a, b, lower, check_finite, assume_a, transposed):
    return (
        ranks(2)(a)
        and b.ndim in (1, 2)
        and is_one_of(assume_a, None, "gen", "general")
        and is_one_of(transposed, False)
    )


def solve_jvp(a_dot, b_dot, a, b, lower=False, *, check_finite=True, assume_a=None, transposed=False, result):
    return -linalg.solve(a, a_dot @ result, check_finite=check_finite), linalg.solve(
        a, b_dot, check_finite=check_finite
    )


@custom(
    linalg.solve,
    jvp=solve_jvp,
    when=general,
    cases=[case(A(3, 3), A(3)), case(A(2, 2), A(2, 3)), case(A(3, 3), A(3), assume_a="gen")],
)
def solve(g, a, b, lower=False, *, check_finite=True, assume_a=None, transposed=False, result):
    b_bar = linalg.solve(np.transpose(a), g, check_finite=check_finite)
    return -np.reshape(b_bar, (np.shape(a)[0], -1)) @ np.transpose(np.reshape(result, (np.shape(a)[0], -1))), b_bar


def symmetric(a, b, lower, check_finite, assume_a, transposed):
    kinds = ("her", "hermitian", "pos", "positive definite", *(("sym", "symmetric") if is_real(a, b) else ()))
    return ranks(2)(a) and b.ndim in (1, 2) and is_one_of(assume_a, *kinds) and bool(lower.const)


def solve_symmetric_jvp(a_dot, b_dot, a, b, lower=False, *, check_finite=True, assume_a=None, transposed=False, result):
    moved = mirror_triangle(a_dot, "L" if lower else "U") @ result
    by_a = linalg.solve(a, moved, lower, check_finite=check_finite, assume_a=assume_a)
    return -by_a, linalg.solve(a, b_dot, lower, check_finite=check_finite, assume_a=assume_a)


@custom(
    linalg.solve,
    jvp=solve_symmetric_jvp,
    when=symmetric,
    cases=[
        *triangular(assume_a="pos"),
        *triangular(assume_a="her", lower=True),
        *triangular(assume_a="pos", lower=True),
    ],
)
def solve_symmetric(g, a, b, lower=False, *, check_finite=True, assume_a=None, transposed=False, result):
    """Only one triangle is read; the transpose of a Hermitian matrix is its conjugate."""
    b_bar = linalg.solve(np.conj(a), g, lower, check_finite=check_finite, assume_a=assume_a)
    a_bar = np.reshape(b_bar, (np.shape(a)[0], -1)) @ np.transpose(np.reshape(result, (np.shape(a)[0], -1)))
    return -fold_triangle(a_bar, "L" if lower else "U"), b_bar


def inv_jvp(a_dot, a, *, check_finite=True, result):
    return -(result @ a_dot @ result)


@custom(linalg.inv, jvp=inv_jvp, cases=SQUARE)
def inv(g, a, *, check_finite=True, result):
    transposed = np.swapaxes(result, -1, -2)
    return -(transposed @ g @ transposed)


def cholesky_jvp(a_dot, a, lower=False, *, check_finite=True, result):
    factor = result if lower else np.conj(np.transpose(result))
    half = linalg.solve_triangular(factor, mirror_triangle(a_dot, "L" if lower else "U"), lower=True)
    inner = linalg.solve_triangular(factor, np.conj(np.transpose(half)), lower=True)
    moved = factor @ (0.5 * (np.tril(inner) + np.tril(inner, -1)))
    return moved if lower else np.conj(np.transpose(moved))


@custom(
    linalg.cholesky,
    jvp=cholesky_jvp,
    when=lambda a, lower, check_finite: ranks(2)(a) and bool(lower.const),
    cases=[case(A(3, 3, domain="spd")), case(A(3, 3, domain="spd"), True), case(A(1, 1, domain="spd"), lower=True)],
)
def cholesky(g, a, lower=False, *, check_finite=True, result):
    """L^-T P L^-1 with P the lower triangle of L^T g, its diagonal halved (Murray 2016); the upper factor is L^H."""
    factor = result if lower else np.conj(np.transpose(result))
    product = np.transpose(factor) @ np.tril(g if lower else np.conj(np.transpose(g)))
    middle = 0.5 * (np.tril(product) + np.tril(product, -1))
    left = linalg.solve_triangular(factor, middle, 1, True)
    return fold_triangle(linalg.solve_triangular(factor, np.conj(np.transpose(left)), 1, True), "L" if lower else "U")


# ------------------------------------------------------------------------------------------------ matrix equations
def solve_sylvester_jvp(a_dot, b_dot, q_dot, a, b, q, *, result):
    return (
        -linalg.solve_sylvester(a, b, a_dot @ result),
        -linalg.solve_sylvester(a, b, result @ b_dot),
        linalg.solve_sylvester(a, b, q_dot),
    )


@custom(
    linalg.solve_sylvester,
    jvp=solve_sylvester_jvp,
    when=ranks(2, 2, 2),
    cases=[case(REGULAR, A(2, 2, domain="spd"), A(3, 2))],
)
def solve_sylvester(g, a, b, q, *, result):
    """A X + X B = Q."""
    q_bar = linalg.solve_sylvester(np.transpose(a), np.transpose(b), g)
    transposed = np.transpose(result)
    return -q_bar @ transposed, -transposed @ q_bar, q_bar


def solve_continuous_lyapunov_jvp(a_dot, q_dot, a, q, *, result):
    moved = a_dot @ result + result @ np.transpose(a_dot)
    return -linalg.solve_continuous_lyapunov(a, moved), linalg.solve_continuous_lyapunov(a, q_dot)


@custom(
    linalg.solve_continuous_lyapunov,
    jvp=solve_continuous_lyapunov_jvp,
    real_only=True,
    when=ranks(2, 2),
    cases=[case(REGULAR, A(3, 3)), case(A(1, 1, domain="spd"), A(1, 1))],
)
def solve_continuous_lyapunov(g, a, q, *, result):
    """A X + X A^T = Q."""
    q_bar = linalg.solve_continuous_lyapunov(np.transpose(a), g)
    return -(q_bar @ np.transpose(result) + np.transpose(q_bar) @ result), q_bar


def solve_discrete_lyapunov_jvp(a_dot, q_dot, a, q, method=None, *, result):
    moved = a_dot @ result @ np.transpose(a) + a @ result @ np.transpose(a_dot)
    return linalg.solve_discrete_lyapunov(a, moved, method), linalg.solve_discrete_lyapunov(a, q_dot, method)


@custom(
    linalg.solve_discrete_lyapunov,
    jvp=solve_discrete_lyapunov_jvp,
    real_only=True,
    when=lambda a, q, method: ranks(2, 2)(a, q),
    cases=[case(A(3, 3, domain="probability"), A(3, 3)), case(A(2, 2, domain="unit"), A(2, 2), method="bilinear")],
)
def solve_discrete_lyapunov(g, a, q, method=None, *, result):
    """A X A^T - X + Q = 0."""
    q_bar = linalg.solve_discrete_lyapunov(np.transpose(a), g, method)
    return q_bar @ a @ np.transpose(result) + np.transpose(q_bar) @ a @ result, q_bar


# --------------------------------------------------------------------------------------------- functions of matrices
@linear(upper_blocks, wrt=("a", "b"), cases=[case(A(2, 2), A(2, 2)), case(A(3, 1, 1), A(3, 1, 1))])
def upper_blocks_adjoint(g, a, b):
    size = np.shape(a)[-1]
    return g[..., :size, :size] + g[..., size:, size:], g[..., :size, size:]


def expm_jvp(A_dot, A):
    size = np.shape(A)[-1]
    return linalg.expm(upper_blocks(A, A_dot))[..., :size, size:]


@custom(linalg.expm, jvp=expm_jvp, cases=[case(A(3, 3)), case(A(1, 1)), case(A(2, 2, 2))])
def expm(g, A):
    size = np.shape(A)[-1]
    return linalg.expm(upper_blocks(np.swapaxes(A, -1, -2), g))[..., :size, size:]


def sqrtm_jvp(A_dot, A, *, result):
    return linalg.solve_sylvester(result, result, A_dot)


@custom(linalg.sqrtm, jvp=sqrtm_jvp, when=ranks(2), cases=[case(A(3, 3, domain="spd")), case(A(1, 1, domain="spd"))])
def sqrtm(g, A, *, result):
    """X dX + dX X = dA."""
    transposed = np.transpose(result)
    return linalg.solve_sylvester(transposed, transposed, g)


def sinm_jvp(A_dot, A):
    size = np.shape(A)[-1]
    return linalg.sinm(upper_blocks(A, A_dot))[..., :size, size:]


@custom(linalg.sinm, jvp=sinm_jvp, when=ranks(2), cases=[case(A(3, 3))])
def sinm(g, A):
    size = np.shape(A)[-1]
    return linalg.sinm(upper_blocks(np.swapaxes(A, -1, -2), g))[..., :size, size:]


def cosm_jvp(A_dot, A):
    size = np.shape(A)[-1]
    return linalg.cosm(upper_blocks(A, A_dot))[..., :size, size:]


@custom(linalg.cosm, jvp=cosm_jvp, when=ranks(2), cases=[case(A(3, 3))])
def cosm(g, A):
    size = np.shape(A)[-1]
    return linalg.cosm(upper_blocks(np.swapaxes(A, -1, -2), g))[..., :size, size:]


# ---------------------------------------------------------------------------------------------- matrices of vectors
@linear(diagonal_sums, cases=[case(A(3, 3)), case(A(2, 3)), case(A(3, 1))])
def diagonal_sums_adjoint(g, x):
    return along_diagonals(g, np.shape(x)[0], np.shape(x)[1])


@linear(along_diagonals, cases=[case(A(5), 3, 3), case(A(4), 2, 3), case(A(3), 3, 1)])
def along_diagonals_adjoint(g, x, rows, columns):
    return diagonal_sums(g)


@linear(linalg.circulant, when=ranks(1), cases=[case(A(3)), case(A(1))])
def circulant(g, c):
    sums = diagonal_sums(g)
    before = np.concatenate((np.zeros_like(c[:1]), sums[: np.shape(c)[0] - 1]))
    return sums[np.shape(c)[0] - 1 :] + before


@linear(
    linalg.toeplitz,
    real_only=True,
    when=lambda c, r: ranks(1)(c) and is_one_of(r, None),
    cases=[case(A(3)), case(A(1))],
)
def toeplitz_of_one(g, c, r=None):
    """Symmetric."""
    sums = diagonal_sums(g)
    return sums[np.shape(c)[0] - 1 :] + np.concatenate((np.zeros_like(c[:1]), np.flip(sums[: np.shape(c)[0] - 1])))


@linear(linalg.toeplitz, wrt=("c", "r"), when=ranks(1, 1), cases=[case(A(3), A(3)), case(A(2), A(4)), case(A(3), A(1))])
def toeplitz(g, c, r):
    """The first column, and the first row without its first entry, which is not read."""
    sums = diagonal_sums(g)
    return sums[np.shape(r)[0] - 1 :], np.concatenate((np.zeros_like(r[:1]), np.flip(sums[: np.shape(r)[0] - 1])))


@linear(linalg.hankel, when=lambda c, r: ranks(1)(c) and is_one_of(r, None), cases=[case(A(3)), case(A(1))])
def hankel_of_one(g, c, r=None):
    return np.flip(diagonal_sums(np.flip(g, 0)))[: np.shape(c)[0]]


@linear(linalg.hankel, wrt=("c", "r"), when=ranks(1, 1), cases=[case(A(3), A(3)), case(A(2), A(4)), case(A(3), A(1))])
def hankel(g, c, r):
    """The first column, and the last row without its first entry, which is not read."""
    sums = np.flip(diagonal_sums(np.flip(g, 0)))
    return sums[: np.shape(c)[0]], np.concatenate((np.zeros_like(r[:1]), sums[np.shape(c)[0] :]))


# --------------------------------------------------------------------------------------------- what NumPy has as well
RULES.extend(linalg.det, np.linalg.det)
RULES.extend(linalg.norm, np.linalg.norm)

constant(
    linalg.hadamard, linalg.hilbert, linalg.invhilbert, linalg.pascal, linalg.invpascal, linalg.helmert, linalg.dft,
    reason="matrices of a size",
)  # fmt: skip
