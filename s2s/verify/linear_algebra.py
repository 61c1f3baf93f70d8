"""What functions of matrices mean: solving, inverting, determinants and factorisations of matrices of `Scalar`s.

In: arrays of objects whose last two axes are the matrix.  Out: `Symbols`.  What is rational in the entries keeps its expression:
inverses are adjugates over determinants.  Eigenvalues and singular values are computed in many digits; the signs of their vectors, which
mathematics leaves open, are those of NumPy's own result.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from s2s.verify.arrays import Symbols, each, filled, objects, scalars, symbols
from s2s.verify.elementary import absolute, log, sign, sqrt
from s2s.verify.lifting import OTHERWISE, eye, iscomplexobj
from s2s.verify.scalar import Scalar, mp, remembered, scalar

Matrix = Any


def over_stacks(function: Callable[..., Any], ranks: int = 2) -> Callable[..., Any]:
    """A function of one matrix, of each matrix of a stack."""

    def stacked(a: Any, *args: Any, **options: Any) -> Any:
        a = objects(a)
        lead = a.shape[: a.ndim - ranks]
        if not lead:
            return symbols(function(a, *args, **options))
        found = [function(a[place], *args, **options) for place in np.ndindex(*lead)]
        if not found:
            one = function(np.eye(*a.shape[-2:], dtype=object), *args, **options)
            return tuple(_joined([], lead, part) for part in one) if isinstance(one, tuple) else _joined([], lead, one)
        if isinstance(found[0], tuple):
            return tuple(_joined(parts, lead) for parts in zip(*found, strict=True))
        return _joined(found, lead)

    return stacked


def _joined(parts: Any, lead: tuple[int, ...], like: Any = None) -> Any:
    shape = np.shape(parts[0] if parts else like)
    stack = np.empty((len(parts), *shape), object)
    for k, part in enumerate(parts):
        stack[k] = part
    return symbols(stack.reshape(*lead, *shape))


LARGEST = 2
"""The side of a matrix up to which inverses and factors keep their expressions: those of larger ones are too long."""


def shortened(a: Matrix, roots: bool = False) -> Matrix:
    """The matrix; without expressions if it is too large for them, or complex and roots are taken."""
    if max(a.shape, default=0) <= LARGEST and not (roots and iscomplexobj(a)):
        return a
    return filled([Scalar(None, scalar(x).value) for x in a.ravel()], a.shape).view(np.ndarray)


def determinant(a: Matrix) -> Any:
    """By expansion along the first row."""
    n = len(a)
    if n == 0:
        return scalar(1)
    total = scalar(0)
    for j in range(n):
        minor = a[1:, [k for k in range(n) if k != j]]
        total = total + scalar((-1) ** j) * a[0, j] * determinant(minor)
    return total


def adjugate(a: Matrix) -> Matrix:
    n = len(a)
    result = np.empty((n, n), object)
    for i, j in itertools.product(range(n), repeat=2):
        rows, columns = [k for k in range(n) if k != j], [k for k in range(n) if k != i]
        result[i, j] = scalar((-1) ** (i + j)) * determinant(a[np.ix_(rows, columns)])
    return result


def inverse(a: Matrix) -> Matrix:
    a = shortened(a)
    return adjugate(a) / np.full(a.shape, determinant(a), object) if len(a) else a


def solve(a: Any, b: Any) -> Any:
    """As `np.linalg.solve`: a right-hand side of rank 1 is a vector, any other a stack of matrices."""
    inverted = objects(over_stacks(inverse)(a))
    b = objects(b)
    if b.shape[-1:] == (0,) or 0 in inverted.shape:
        lead = np.broadcast_shapes(inverted.shape[:-2], () if b.ndim == 1 else b.shape[:-2])
        return np.zeros((*lead, *(b.shape if b.ndim == 1 else b.shape[-2:])), object).view(Symbols)
    return symbols(np.matmul(inverted, b))


def slogdet(a: Any) -> Any:
    found = over_stacks(determinant)(a)
    result = each(sign, found), each(lambda x: log(absolute(x)), found)
    return np.linalg._linalg.SlogdetResult(*result)


def conjugated(a: Any) -> Any:
    return each(lambda x: scalar(x).conjugate(), a).view(np.ndarray)


def cholesky(a: Matrix, upper: bool = False) -> Matrix:
    """The lower factor, from the lower triangle."""
    n, a = len(a), shortened(a)
    if upper:
        return np.conj(np.transpose(cholesky(np.conj(np.transpose(a)))))
    factor = np.full((n, n), scalar(0), object)
    for i in range(n):
        for j in range(i + 1):
            rest = scalar(a[i, j]) - sum((factor[i, k] * factor[j, k].conjugate() for k in range(j)), scalar(0))
            factor[i, j] = sqrt(rest.real) if i == j else rest / factor[j, j]
    return factor


def qr(a: Matrix, mode: str = "reduced") -> Any:
    """By Gram and Schmidt, with the signs that the diagonal of R has in NumPy's result."""
    (rows, columns), a = a.shape, shortened(a, roots=True)
    width = min(rows, columns)
    signs = np.sign(np.diagonal(np.linalg.qr(floats(a))[1]).real)
    basis = np.empty((rows, width), object)
    for j in range(width):
        rest = a[:, j]
        for k in range(j):
            rest = rest - basis[:, k] * np.sum(conjugated(basis[:, k]) * a[:, j])
        basis[:, j] = rest / (sqrt(np.sum(conjugated(rest) * rest).real) * int(signs[j]))
    upper = np.matmul(conjugated(basis).T, a)
    for i, j in itertools.product(*map(range, upper.shape)):
        if i > j:
            upper[i, j] = scalar(0)
    return upper if mode == "r" else (basis, upper)


# ---------------------------------------------------------------------------------------------- in many digits only
def floats(a: Any) -> Any:
    """The values, rounded to machine numbers."""
    kind = complex if iscomplexobj(a) else float
    return np.array([kind(x.value) for x in scalars(a)]).reshape(np.shape(a))


def in_digits(a: Any) -> Any:
    """A matrix for mpmath."""
    matrix = mp.matrix(*a.shape)
    for (i, j), entry in np.ndenumerate(a):
        matrix[i, j] = scalar(entry).value
    return matrix


@remembered
def _by_mpmath(name: str, options: tuple[tuple[str, Any], ...], shape: tuple[int, int], *entries: Any) -> Any:
    matrix = mp.matrix(*shape)
    for place, entry in zip(np.ndindex(*shape), entries, strict=True):
        matrix[place] = entry
    return getattr(mp, name)(matrix, **dict(options))


def by_mpmath(name: str, a: Matrix, **options: Any) -> Any:
    """A function of a matrix, by mpmath's name for it; of one matrix it is computed once."""
    return _by_mpmath(name, tuple(options.items()), a.shape, *(x.value for x in scalars(a)))


def from_digits(matrix: Any) -> Any:
    entries = [Scalar(None, matrix[i, j]) for i in range(matrix.rows) for j in range(matrix.cols)]
    return filled(entries, (matrix.rows, matrix.cols)).view(np.ndarray)


def vector_from(values: Any) -> Any:
    return filled([Scalar(None, mp.mpf(x)) for x in values], (len(values),)).view(np.ndarray)


def hermitian(a: Matrix, uplo: str) -> Matrix:
    """The matrix whose triangle is read."""
    beside = np.tril(a, -1) if uplo in "Ll" else np.triu(a, 1)
    diagonal = np.full(a.shape, scalar(0), object)
    for i in range(len(a)):
        diagonal[i, i] = scalar(a[i, i]).real
    return diagonal + beside + each(lambda x: scalar(x).conjugate(), beside.T).view(np.ndarray)


def eigh(a: Matrix, uplo: str = "L", UPLO: str | None = None) -> Any:
    full = hermitian(a, UPLO or uplo)
    values, vectors = by_mpmath("eighe" if iscomplexobj(a) else "eigsy", full)
    order = sorted(range(len(a)), key=lambda k: values[k])
    found = from_digits(vectors)[:, order]
    factors: Any = np.linalg.eigh
    reference = factors(floats(full), UPLO or uplo)[1]
    return vector_from([values[k] for k in order]), found * phases(found, reference)


def phases(found: Any, reference: Any) -> Any:
    """What the columns are multiplied by to be those of the reference: signs of real ones; of complex ones, so that the entry that is
    real in the reference is real."""
    turns = []
    for k in range(found.shape[1]):
        size = np.where(is_real(reference[:, k]), np.abs(reference[:, k]), 0.0)
        place = int(np.argmax(size))
        entry = found[place, k]
        turns.append(entry.conjugate() / abs(entry) * (1 if reference[place, k].real > 0 else -1))
    return np.array(turns, object)


def is_real(column: Any) -> Any:
    return np.abs(np.imag(column)) <= 1e-14


def eig(a: Matrix) -> Any:
    """In the order of NumPy's result; of length 1, and the largest entry of each vector real."""
    values, vectors = by_mpmath("eig", a)
    wanted, reference = np.linalg.eig(floats(a))
    order = [int(np.argmin([abs(complex(value) - w) for value in values])) for w in wanted]
    found = from_digits(vectors)[:, order]
    lengths = [sqrt(np.sum(conjugated(column) * column).real) for column in found.T]
    keep = mp.mpc if np.iscomplexobj(wanted) else mp.re
    turned = found / np.array(lengths, object)
    turned = turned * phases(turned, reference)
    parts = [Scalar(None, keep(scalar(x).value)) for x in turned.ravel()]
    eigenvalues = [Scalar(None, keep(values[k])) for k in order]
    return np.linalg._linalg.EigResult(filled(eigenvalues, wanted.shape), filled(parts, a.shape))


def eigvalsh(a: Matrix, UPLO: str = "L") -> Any:
    return eigh(a, UPLO)[0]


def svd(a: Matrix, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    """The singular vectors that belong to a singular value; the others are not part of what is differentiated."""
    if 0 in a.shape:
        factors: Any = np.linalg.svd
        return factors(floats(a), full_matrices, compute_uv)
    u, s, vh = by_mpmath("svd_c" if iscomplexobj(a) else "svd_r", a, full_matrices=False)
    values = vector_from(list(s))
    if not compute_uv:
        return values
    left, right = from_digits(u), from_digits(vh)
    reference = np.linalg.svd(floats(a), full_matrices=False)
    if is_real(reference[0]).any(axis=0).all():
        turns = phases(left, reference[0])
    else:  # one entry of each right vector is real
        turns = conjugated(phases(right.T, reference[2].T))
    return left * turns, values, right * np.reshape(conjugated(turns), (-1, 1))


def pinv(a: Matrix, *args: Any, **options: Any) -> Any:
    """For full rank: (A^H A)^-1 A^H of a tall matrix, A^H (A A^H)^-1 of a wide one."""
    a = shortened(a)
    conjugate = conjugated(a.T)
    if a.shape[0] >= a.shape[1]:
        return np.matmul(inverse(np.matmul(conjugate, a)), conjugate)
    return np.matmul(conjugate, inverse(np.matmul(a, conjugate)))


def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """Of a tall matrix of full rank: the solution, the squares of what is left, the rank, the singular values."""
    a, b = objects(a), objects(b)
    x = np.matmul(pinv(a), b)
    rest = symbols(b - np.matmul(a, x))
    squares = np.sum(each(lambda y: (scalar(y) * scalar(y).conjugate()).real, rest), axis=0)
    left = squares if a.shape[0] > a.shape[1] else np.zeros(0, object)
    return symbols(x), np.atleast_1d(left), min(a.shape), svd(a, compute_uv=False)


def matrix_power(a: Matrix, n: int) -> Any:
    base = inverse(a) if n < 0 else a
    result = eye(len(a)).view(np.ndarray)
    for _ in range(abs(n)):
        result = np.matmul(result, base)
    return result


def of_power_series(name: str) -> Callable[[Matrix], Matrix]:
    """A function of a square matrix that mpmath computes."""
    return lambda a: from_digits(by_mpmath(name, a))


def linear_algebra() -> dict[Any, Callable[..., Any]]:
    """The meanings of functions of matrices, by function object."""
    singular_values = over_stacks(lambda a: svd(a, compute_uv=False))
    return {
        np.linalg.det: over_stacks(determinant), np.linalg.inv: over_stacks(inverse), np.linalg.solve: solve,
        np.linalg.slogdet: slogdet, np.linalg.cholesky: over_stacks(cholesky), np.linalg.qr: over_stacks(qr),
        np.linalg.eig: over_stacks(eig), np.linalg.eigvals: over_stacks(lambda a: eig(a)[0]), np.linalg.eigh: over_stacks(eigh),
        np.linalg.eigvalsh: over_stacks(eigvalsh), np.linalg.svd: over_stacks(svd),
        np.linalg.svdvals: singular_values, np.linalg.pinv: over_stacks(pinv), np.linalg.lstsq: lstsq,
        np.linalg.matrix_power: over_stacks(matrix_power),
    }  # fmt: skip


OTHERWISE.update(linear_algebra())
