"""Definitions: matrices that are put together of blocks and of coefficients, rows of factors in their places, of `scipy.linalg`.

In: block_diag, companion, convolution_matrix, fiedler, fiedler_companion, leslie, khatri_rao, lu of which the rows are put back.  Out:
their definitions in `RULES`.  Imported only when a program uses it; the rules of `scipy.linalg` come with them.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg

from s2s.rules import scipy_bands, scipy_factors, scipy_hessenberg, scipy_pairs, scipy_riccati  # noqa: F401  their rules come with these
from s2s.rules.cases import A, case
from s2s.rules.declare import Given, written


@written(linalg.block_diag, arrays=(), cases=[case(A(2, 2), A(1, 3)), case(A(2)), case(A(2, 1), A(), A(3, 2))])
def block_diag(*arrs):
    """A row of matrices for each: zeros, the matrix, zeros."""
    blocks = [np.atleast_2d(a) for a in arrs]
    widths = [np.shape(block)[-1] for block in blocks]
    rows = []
    for k, block in enumerate(blocks):
        column = np.zeros_like(block[..., :1]) if widths[k] > 0 else np.zeros((*np.shape(block)[:-1], 1))
        before, after = sum(widths[:k]), sum(widths[k + 1 :])
        rows.append(np.concatenate((np.repeat(column, before, -1), block, np.repeat(column, after, -1)), axis=-1))
    return np.concatenate(rows, axis=-2)


@written(linalg.companion, cases=[case(A(4, domain="positive")), case(A(2, domain="positive"))])
def companion(a):
    first = -a[1:] / (1.0 * a[0:1])
    return np.concatenate((np.expand_dims(first, 0), np.eye(len(a) - 2, len(a) - 1, dtype=first.dtype)))


@written(linalg.convolution_matrix, arrays=("a",), cases=[case(A(3), 4), case(A(3), 2, "same"), case(A(2), 5, mode="valid")])
def convolution_matrix(a, n, mode="full"):
    """The rows of that of the full convolution which a mode has."""
    size, none = len(a), np.zeros(n - 1, a.dtype)
    rows = linalg.toeplitz(np.concatenate((a, none)), np.concatenate((a[:1], none)))
    less = min(n, size) - 1
    if mode == "same":
        return rows[less // 2 : less // 2 + max(n, size)]
    return rows[less : max(n, size)] if mode == "valid" else rows


@written(linalg.fiedler, cases=[case(A(4)), case(A(1))])
def fiedler(a):
    return np.abs(np.expand_dims(a, -1) - np.expand_dims(a, -2))


def of_a_vector(a):
    return isinstance(a, Given) and a.ndim == 1


@written(linalg.fiedler_companion, when=of_a_vector, cases=[case(A(5, domain="positive")), case(A(2, domain="positive"))])
def fiedler_companion(a):
    """Five diagonals, on which ones and coefficients take turns."""
    a = a / a[0]
    rows, columns = np.expand_dims(np.arange(len(a) - 1), 1), np.arange(len(a) - 1)
    even, corner = rows % 2 == 0, rows + columns == 0
    above, below = even & (columns == rows + 1), even & (columns == rows - 1)
    places = np.where(above, rows + 2, np.where(below, rows + 1, np.where(corner, 1, 0)))
    ones = (~even & (columns == rows - 2)) | (even & (columns == rows + 2)) | ((rows == 1) & (columns == 0))
    return np.where(places > 0, -a[places], ones.astype(a.dtype))


@written(linalg.leslie, arrays=("f", "s"), cases=[case(A(3), A(2)), case(A(2), A(1))])
def leslie(f, s):
    below = np.concatenate((np.diag(s), np.zeros((len(s), 1), s.dtype)), axis=1)
    return np.concatenate((np.expand_dims(f, 0), below))


@written(linalg.khatri_rao, arrays=("a", "b"), cases=[case(A(2, 3), A(4, 3))])
def khatri_rao(a, b):
    products = np.expand_dims(a, 1) * np.expand_dims(b, 0)
    return np.reshape(products, (np.shape(a)[0] * np.shape(b)[0], np.shape(a)[1]))


def is_of_values(d, e, eigvals_only, check_finite):
    return eigvals_only is True


@written(linalg.eigh_tridiagonal, arrays=("d", "e"), when=is_of_values, cases=[case(A(3), A(2), True)])
def eigh_tridiagonal(d, e, eigvals_only=False, *, check_finite=True):
    return linalg.eigvalsh_tridiagonal(d, e, check_finite=check_finite)


def with_rows_back(a, permute_l, check_finite, p_indices):
    return permute_l is True


@written(linalg.lu, when=with_rows_back, cases=[case(A(3, 3), True), case(A(3, 2), permute_l=True)])
def lu(a, permute_l=False, *, check_finite=True, p_indices=False):
    p, below, above = linalg.lu(a, p_indices=True, check_finite=check_finite)
    return below[p], above
