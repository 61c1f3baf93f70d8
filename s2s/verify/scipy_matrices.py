"""What functions of `scipy.linalg` mean.

In: arrays of objects.  Out: `Symbols`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from s2s.verify.arrays import filled, objects, symbols
from s2s.verify.lifting import OTHERWISE, eye
from s2s.verify.linear_algebra import (
    cholesky,
    conjugated,
    determinant,
    eigh,
    hermitian,
    in_digits,
    inverse,
    of_power_series,
    over_stacks,
    qr,
    solve,
    svd,
)
from s2s.verify.scalar import Scalar, mp, scalar


def transposed(a: Any, trans: Any) -> Any:
    if trans in (1, "T", True):
        return np.swapaxes(objects(a), -1, -2)
    return conjugated(np.swapaxes(objects(a), -1, -2)) if trans in (2, "C") else objects(a)


def solve_triangular(a: Any, b: Any, trans: Any = 0, lower: bool = False, unit_diagonal: bool = False, **options: Any) -> Any:
    triangle = (np.tril if lower else np.triu)(objects(a))
    if unit_diagonal:
        triangle = (np.tril(triangle, -1) if lower else np.triu(triangle, 1)) + eye(len(triangle)).view(np.ndarray)
    return solve(transposed(triangle, trans), b)


def solve_any(
    a: Any, b: Any, lower: bool = False, overwrite_a: Any = False, overwrite_b: Any = False, check_finite: Any = True,
    assume_a: Any = None, transposed: bool = False,
) -> Any:  # fmt: skip
    """A matrix that is said to be symmetric or triangular is read from one triangle."""
    a = objects(a)
    if assume_a in ("sym", "her", "pos", "symmetric", "hermitian", "positive definite"):
        a = over_stacks(lambda x: mirrored(x, "L" if lower else "U", str(assume_a)))(a)
    elif assume_a in ("lower triangular", "upper triangular"):
        a = (np.tril if str(assume_a).startswith("lower") else np.triu)(a)
    return solve(np.swapaxes(objects(a), -1, -2) if transposed else a, b)


def mirrored(a: Any, uplo: str, kind: str) -> Any:
    if not kind.startswith("sym"):
        return hermitian(a, uplo)
    beside = np.tril(a, -1) if uplo == "L" else np.triu(a, 1)
    return beside + beside.T + np.diag(np.diag(a))


def factor(a: Any, lower: bool = False, overwrite_a: Any = False, check_finite: Any = True) -> Any:
    """From the triangle that is asked for."""
    return over_stacks(cholesky if lower else upper)(a)


def upper(a: Any) -> Any:
    return conjugated(cholesky(conjugated(a.T)).T)


def by_columns(matrix: Any, right: Any) -> Any:
    """The solution of a linear equation for a matrix whose columns are stacked."""
    shape = np.shape(right)
    found = solve_in_digits(matrix, np.reshape(objects(right).T, -1))
    return symbols(np.reshape(objects(found), shape[::-1]).T)


def solve_in_digits(matrix: Any, right: Any) -> Any:
    """By elimination: such a matrix is too large for an expression."""
    found = mp.lu_solve(in_digits(objects(matrix)), mp.matrix([scalar(x).value for x in right]))
    return filled([Scalar(None, x) for x in found], (len(found),))


def identity(n: int) -> Any:
    return eye(n).view(np.ndarray)


def solve_sylvester(a: Any, b: Any, q: Any) -> Any:
    """a x + x b = q."""
    a, b = objects(a), objects(b)
    return by_columns(np.kron(identity(len(b)), a) + np.kron(b.T, identity(len(a))), q)


def solve_continuous_lyapunov(a: Any, q: Any) -> Any:
    """a x + x a^H = q."""
    return solve_sylvester(a, conjugated(objects(a).T), q)


def solve_discrete_lyapunov(a: Any, q: Any, method: Any = None) -> Any:
    """a x a^H - x + q = 0."""
    a = objects(a)
    right = conjugated(a)
    return by_columns(identity(len(a) ** 2) - np.kron(right, a), q)


def determinant_of(a: Any, **options: Any) -> Scalar | Any:
    return over_stacks(determinant)(a)


def from_one_triangle(a: Any, lower: bool = True, eigvals_only: bool = False, **options: Any) -> Any:
    found = over_stacks(eigh)(a, "L" if lower else "U")
    return found[0] if eigvals_only else found


def singular(a: Any, full_matrices: bool = True, compute_uv: bool = True, **options: Any) -> Any:
    return over_stacks(svd)(a, full_matrices, compute_uv)


def orthogonal(a: Any, overwrite_a: bool = False, lwork: Any = None, mode: str = "full", **options: Any) -> Any:
    if mode not in ("economic", "r") or options:
        raise NotImplementedError("columns that are not determined, or a pivoted factorisation")
    return over_stacks(qr)(a, "r" if mode == "r" else "reduced")


def cho_solve(c_and_lower: Any, b: Any, **options: Any) -> Any:
    """From one triangle of the factor."""
    c, lower = c_and_lower
    factor = (np.tril if lower else np.triu)(objects(c))
    turned = conjugated(factor.T)
    return solve(np.matmul(factor, turned) if lower else np.matmul(turned, factor), b)


OTHERWISE.update({
    linalg.svd: singular, linalg.svdvals: lambda a, **options: singular(a, compute_uv=False),
    linalg.qr: orthogonal,
    linalg.cho_solve: cho_solve,
    linalg.solve: solve_any, linalg.solve_triangular: solve_triangular, linalg.inv: lambda a, **options: over_stacks(inverse)(a),
    linalg.cholesky: factor, linalg.solve_sylvester: solve_sylvester, linalg.det: determinant_of,
    linalg.solve_continuous_lyapunov: solve_continuous_lyapunov, linalg.solve_discrete_lyapunov: solve_discrete_lyapunov,
    linalg.expm: over_stacks(of_power_series("expm")), linalg.sqrtm: over_stacks(of_power_series("sqrtm")),
    linalg.sinm: over_stacks(of_power_series("sinm")), linalg.cosm: over_stacks(of_power_series("cosm")),
})  # fmt: skip
