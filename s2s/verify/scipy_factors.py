"""What functions of `scipy.linalg` mean: of bands, of Toeplitz matrices, of pairs of matrices; factors, functions of matrices.

In: arrays of objects.  Out: `Symbols`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from s2s.verify.arrays import objects, scalars, symbols
from s2s.verify.lifting import OTHERWISE, eye, iscomplexobj
from s2s.verify.linear_algebra import (
    cholesky,
    eigh,
    floats,
    from_digits,
    hermitian,
    in_digits,
    inverse,
    of_power_series,
    phases,
    shortened,
    solve,
    svd,
    vector_from,
)
from s2s.verify.scalar import mp, scalar
from s2s.verify.scipy_matrices import from_one_triangle, mirrored, upper


# ------------------------------------------------------------------------------------------------------------- structure
def zeros(rows: int, columns: int) -> Any:
    return np.full((rows, columns), scalar(0), object)


def of_band(lower: int, upper: int, ab: Any) -> Any:
    """The matrix of a band."""
    size, ab = np.shape(ab)[1], objects(ab)
    matrix = zeros(size, size)
    for i, j in np.ndindex(size, size):
        if -upper <= i - j <= lower:
            matrix[i, j] = ab[upper + i - j, j]
    return matrix


def solve_banded(l_and_u: Any, ab: Any, b: Any, **options: Any) -> Any:
    lower, upper = l_and_u
    return solve(of_band(lower, upper, ab), b)


def solveh_banded(ab: Any, b: Any, lower: bool = False, **options: Any) -> Any:
    width = len(ab) - 1
    half = of_band(width, 0, ab) if lower else of_band(0, width, ab)
    return solve(mirrored(half, "L" if lower else "U", "sym"), b)


def toeplitz(c_or_cr: Any) -> Any:
    """The matrix of a first column, and of a first row if there is one."""
    c, r = c_or_cr if isinstance(c_or_cr, tuple) else (c_or_cr, c_or_cr)
    c, r = objects(c), objects(r)
    matrix = zeros(len(c), len(r))
    for i, j in np.ndindex(matrix.shape):
        matrix[i, j] = c[i - j] if i >= j else r[j - i]
    return matrix


def solve_toeplitz(c_or_cr: Any, b: Any, *options: Any, **named: Any) -> Any:
    return solve(toeplitz(c_or_cr), b)


def matmul_toeplitz(c_or_cr: Any, x: Any, *options: Any, **named: Any) -> Any:
    return symbols(np.matmul(toeplitz(c_or_cr), objects(x)))


# ----------------------------------------------------------------------------------------------------------- eigenvalues
def eigh_of_one_or_two(a: Any, b: Any = None, *, lower: bool = True, eigvals_only: bool = False, **options: Any) -> Any:
    """Of a v = w b v those of L^-1 a L^-T, with b = L L^T, and L^-T times their vectors, with SciPy's signs."""
    if b is None:
        return from_one_triangle(a, lower, eigvals_only)
    uplo = "L" if lower else "U"
    first, second = (hermitian(objects(x), uplo) for x in (a, b))
    half = mp.inverse(in_digits(cholesky(shortened_always(second))))
    values, vectors = mp.eigsy(half * in_digits(first) * half.T)
    order = sorted(range(len(first)), key=lambda k: values[k])
    wanted = vector_from([values[k] for k in order])
    if eigvals_only:
        return symbols(wanted)
    found = from_digits(half.T * vectors)[:, order]
    reference: Any = linalg.eigh(floats(first), floats(second))
    return symbols(wanted), symbols(found * phases(found, reference[1]))


def shortened_always(a: Any) -> Any:
    return from_digits(in_digits(a))


def eigvalsh_of_one_or_two(a: Any, b: Any = None, *, lower: bool = True, **options: Any) -> Any:
    return eigh_of_one_or_two(a, b, lower=lower, eigvals_only=True)


def eigh_tridiagonal(d: Any, e: Any, **options: Any) -> Any:
    reference: Any = linalg.eigh_tridiagonal(floats(objects(d)), floats(objects(e)))
    values, vectors = eigh(tridiagonal(d, e))
    return symbols(values), symbols(vectors * phases(vectors, reference[1]))


def tridiagonal(d: Any, e: Any) -> Any:
    matrix = zeros(len(d), len(d))
    for k, entry in enumerate(scalars(d)):
        matrix[k, k] = entry
    for k, entry in enumerate(scalars(e)):
        matrix[k, k + 1] = matrix[k + 1, k] = entry
    return matrix


# --------------------------------------------------------------------------------------------------------------- factors
def lu(a: Any, permute_l: bool = False, *, check_finite: bool = True, p_indices: bool = False) -> Any:
    """By elimination, with the order of rows that SciPy's result has."""
    order: Any = linalg.lu(floats(objects(a)), p_indices=True)[0]
    below, above = eliminated(objects(shortened(objects(a)))[np.argsort(order)])
    return (order if p_indices else np.eye(len(order))[order]), symbols(below), symbols(above)


def eliminated(rest: Any) -> Any:
    """The two factors of a matrix, of which the left one has ones on its diagonal."""
    rest = rest.copy()
    rows, columns = rest.shape
    size = min(rows, columns)
    below, above = zeros(rows, size), zeros(size, columns)
    for k in range(size):
        above[k, k:] = rest[k, k:]
        below[k, k] = scalar(1)
        for i in range(k + 1, rows):
            below[i, k] = rest[i, k] / rest[k, k]
            rest[i, k:] = rest[i, k:] - below[i, k] * rest[k, k:]
    return below, above


def lu_factor(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """Both factors in one array, without the diagonal of the left one; and the rows that SciPy changes places with."""
    swaps: Any = linalg.lu_factor(floats(objects(a)))[1]
    below, above = eliminated(swapped(objects(shortened(objects(a))), swaps))
    return symbols(np.tril(below, -1) + above), swaps


def swapped(rows: Any, swaps: Any) -> Any:
    """One pair of rows after another."""
    rows = rows.copy()
    for k, other in enumerate(swaps):
        rows[[k, other]] = rows[[other, k]]
    return rows


def lu_solve(lu_and_piv: Any, b: Any, trans: int = 0, overwrite_b: bool = False, check_finite: bool = True) -> Any:
    """Of the product of the factors, for a right-hand side with its rows in their order."""
    factors, swaps = lu_and_piv
    factors = objects(factors)
    if trans:
        raise NotImplementedError("the transposed matrix")
    return solve(np.matmul(np.tril(factors, -1) + eye(len(factors)).view(np.ndarray), np.triu(factors)), swapped(objects(b), swaps))


def cho_factor(a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The factor in its triangle; in the other one, what was there."""
    a = objects(a)
    return symbols(cholesky(a) + np.triu(a, 1) if lower else upper(a) + np.tril(a, -1)), lower


def polar(a: Any, side: str = "right") -> Any:
    left, values, right = (objects(part) for part in svd(objects(a), full_matrices=False))
    factor = np.matmul(right.T * values, right) if side == "right" else np.matmul(left * values, left.T)
    return symbols(np.matmul(left, right)), symbols(factor)


# -------------------------------------------------------------------------------------------------- functions of matrices
def power(a: Any, t: Any) -> Any:
    """The exponential of t log a; a product where t is a whole number."""
    a, t = objects(a), scalar(t)
    if t.value == int(t.value):
        base, result = (inverse(a) if t.value < 0 else a), eye(len(a)).view(np.ndarray)
        for _ in range(abs(int(t.value))):
            result = np.matmul(result, base)
        return symbols(result)
    return symbols(from_digits(mp.expm(t.value * mp.logm(in_digits(a)))))


def of_exponentials(sign: int, quotient: bool, turned: bool) -> Any:
    """exp(x) and exp(-x), x or i x: half of their sum or difference; or the difference by the sum."""

    def function(a: Any) -> Any:
        x = in_digits(objects(a)) * (mp.mpc(0, 1) if turned else 1)
        up, down = mp.expm(x), mp.expm(-x)
        found = mp.inverse(up + down) * (up - down) if quotient else (up + sign * down) / 2
        found = found / mp.mpc(0, 1) if turned else found
        return symbols(from_digits(found.apply(mp.re) if turned and not iscomplexobj(a) else found))

    return function


def expm_frechet(a: Any, e: Any, method: Any = None, compute_expm: bool = True, **options: Any) -> Any:
    """Of the exponential of blocks a, e, a, the blocks above."""
    size = len(a)
    above = np.concatenate((objects(a), objects(e)), axis=1)
    below = np.concatenate((zeros(size, size), objects(a)), axis=1)
    found = from_digits(mp.expm(in_digits(np.concatenate((above, below)))))
    slope = symbols(found[:size, size:])
    return (symbols(found[:size, :size]), slope) if compute_expm else slope


OTHERWISE.update({
    linalg.solve_banded: solve_banded, linalg.solveh_banded: solveh_banded, linalg.solve_toeplitz: solve_toeplitz,
    linalg.matmul_toeplitz: matmul_toeplitz, linalg.eigh: eigh_of_one_or_two, linalg.eigvalsh: eigvalsh_of_one_or_two,
    linalg.eigh_tridiagonal: eigh_tridiagonal,
    linalg.eigvalsh_tridiagonal: lambda d, e, **options: symbols(eigh(tridiagonal(d, e))[0]),
    linalg.lu: lu, linalg.lu_factor: lu_factor, linalg.lu_solve: lu_solve, linalg.cho_factor: cho_factor,
    linalg.polar: polar, linalg.logm: lambda a: symbols(of_power_series("logm")(objects(a))),
    linalg.fractional_matrix_power: power, linalg.expm_frechet: expm_frechet,
    linalg.sinhm: of_exponentials(-1, False, False), linalg.coshm: of_exponentials(1, False, False),
    linalg.tanhm: of_exponentials(-1, True, False), linalg.tanm: of_exponentials(-1, True, True),
})  # fmt: skip
