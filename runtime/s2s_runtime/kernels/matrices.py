"""Kernels for matrices: diagonals, Kronecker products, cofactors, norms, gaps between eigenvalues.

In: arrays whose last two axes are the matrix, and the arguments of the primal.  Out: arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s_runtime.kernels.reducing import products_before, share_ties


def place_diagonal(g: Any, shape: tuple[int, ...], offset: int, axis1: int, axis2: int) -> Any:
    """The adjoint of `np.diagonal` for an array of `shape`: `g` on that diagonal, zero elsewhere."""
    result = np.zeros(shape, np.result_type(g))
    planes = np.moveaxis(result, (axis1, axis2), (-2, -1))
    row, column = max(-offset, 0), max(offset, 0)
    k = np.arange(max(min(shape[axis1] - row, shape[axis2] - column), 0))
    planes[..., k + row, k + column] = g
    return result


def diag_adjoint(g: Any, shape: tuple[int, ...], k: int) -> Any:
    """The adjoint of `np.diag` for a vector or a matrix of `shape`."""
    return np.diagonal(g, k) if len(shape) == 1 else place_diagonal(g, shape, k, 0, 1)


def kron_split(g: Any, shape1: tuple[int, ...], shape2: tuple[int, ...]) -> Any:
    """A Kronecker product with an axis for each of the first factor's axes, then for each of the second's."""
    rank = max(len(shape1), len(shape2))
    pairs = zip(_padded(shape1, rank), _padded(shape2, rank), strict=True)
    grid = np.reshape(g, [n for pair in pairs for n in pair])
    return np.reshape(np.transpose(grid, (*range(0, 2 * rank, 2), *range(1, 2 * rank, 2))), shape1 + shape2)


def kron_join(blocks: Any, shape1: tuple[int, ...], shape2: tuple[int, ...]) -> Any:
    """The inverse and adjoint of `kron_split`."""
    rank = max(len(shape1), len(shape2))
    first, second = _padded(shape1, rank), _padded(shape2, rank)
    order = [axis for k in range(rank) for axis in (k, rank + k)]
    grid = np.transpose(np.reshape(blocks, first + second), order)
    return np.reshape(grid, [n * m for n, m in zip(first, second, strict=True)])


def _padded(shape: tuple[int, ...], rank: int) -> tuple[int, ...]:
    return (1,) * (rank - len(shape)) + shape


def as_columns(b: Any, rank: int) -> Any:
    """A right-hand side of `np.linalg.solve` as a matrix: one of rank 1 becomes a column."""
    return np.expand_dims(b, -1) if rank == 1 else b


def from_columns(x: Any, rank: int) -> Any:
    """The inverse of `as_columns`."""
    return np.squeeze(x, -1) if rank == 1 else x


def not_completed(factor: Any, other: Any) -> Any:
    """A factor that is not longer than the other one, so that no columns or rows complete it: then it has a derivative."""
    return factor


def expect_not_completed(moved: Any, factor: Any, other: Any) -> Any:
    """What moves a whole factor, or is moved by it.  Raises ValueError if columns or rows complete the factor."""
    if np.shape(factor)[-1] > np.shape(other)[-1]:
        raise ValueError("the whole factors of a matrix that is not square have no derivative: ask for the reduced ones")
    return moved


def completed_factor(factor: Any) -> Any:
    """A factor that columns or rows complete, which are any that do: a derivative through it is refused."""
    return factor


def tall(u: Any) -> Any:
    """A polar factor with at least as many rows as columns; an error if it has fewer, where the other factor is singular."""
    if np.shape(u)[0] < np.shape(u)[1]:
        raise ValueError("the symmetric polar factor on the longer side of a matrix has no derivative rule: ask for the other side")
    return u


def mirror_triangle(a: Any, uplo: str) -> Any:
    """The symmetric or Hermitian matrix whose lower (`uplo` "L") or upper ("U") triangle is that of `a`."""
    beside = np.tril(a, -1) if uplo in ("L", "l") else np.triu(a, 1)
    return _diagonal_of_real(a) + beside + np.conj(np.swapaxes(beside, -1, -2))


def _diagonal_of_real(a: Any) -> Any:
    """The matrix with the real part of the diagonal of `a`, and nothing else."""
    return np.where(np.eye(np.shape(a)[-1], dtype=bool), np.real(a), np.zeros_like(a))


def fold_triangle(g: Any, uplo: str) -> Any:
    """The adjoint of `mirror_triangle`: what belongs to the other triangle added to the one that is read."""
    both = g + np.conj(np.swapaxes(g, -1, -2))
    return _diagonal_of_real(g) + (np.tril(both, -1) if uplo in ("L", "l") else np.triu(both, 1))


def cofactors(a: Any) -> Any:
    """The derivative of the determinant, right for singular matrices too.

    det(U) det(V) U diag(p) V^T, with p_i the product of the singular values but the i-th; of complex matrices, with the
    conjugates of U and V.
    """
    u, s, vh = np.linalg.svd(a)
    others = products_before(s, -1) * np.flip(products_before(np.flip(s, -1), -1), -1)
    return _orientation(u, vh) * np.conj((u * np.expand_dims(others, -2)) @ vh)


def cofactors_tangent(a: Any, tangent: Any) -> Any:
    """The derivative of `cofactors` along `tangent`; symmetric, so also its adjoint.

    In the basis of the singular vectors, with F = U^T tangent V and P_ij the product of the singular values but two:
    the sum over j of F_jj P_ij on the diagonal, -F_ji P_ij beside it.
    """
    u, s, vh = np.linalg.svd(a)
    n = np.shape(s)[-1]
    omit = np.eye(n, dtype=bool)
    kept = np.where(omit[:, None, :] | omit[None, :, :], 1.0, s[..., None, None, :])
    pairs = np.where(omit, 0.0, np.prod(kept, axis=-1))
    inner = np.conj(np.swapaxes(u, -1, -2)) @ tangent @ np.conj(np.swapaxes(vh, -1, -2))
    diagonal = np.einsum("...jj,...ij->...i", inner, pairs)
    core = np.where(omit, diagonal[..., None], -np.swapaxes(inner, -1, -2) * pairs)
    return _orientation(u, vh) * (np.conj(u) @ core @ np.conj(vh))


def _orientation(u: Any, vh: Any) -> Any:
    return np.sign(np.linalg.det(u) * np.linalg.det(vh))[..., None, None]


def inverse_gaps(w: Any) -> Any:
    """1 / (w_j - w_i), and 0 where the two are equal up to rounding."""
    gaps = np.expand_dims(w, -2) - np.expand_dims(w, -1)
    scale = np.max(np.abs(w), axis=-1, initial=0.0)[..., None, None]
    equal = np.abs(gaps) <= np.shape(w)[-1] * np.finfo(gaps.dtype).eps * scale
    return np.where(equal, 0.0, 1.0 / np.where(equal, 1.0, gaps))


def norm_gradient(x: Any, order: Any, axis: Any) -> Any:
    """The gradient of `np.linalg.norm(x, order, axis)`, 0 where the norm is 0."""
    if axis is None:
        axis = tuple(range(np.ndim(x)))
    if order is None or order == "fro" or np.size(axis) == 1:
        return _vector_gradient(x, 2 if order in (None, "fro") else order, axis)
    return _matrix_gradient(x, order, axis)


def _vector_gradient(x: Any, order: Any, axis: Any) -> Any:
    size = np.abs(x)
    if np.isinf(order):
        pick = np.max if order > 0 else np.min
        return share_ties(np.conj(np.sign(x)), size == pick(size, axis=axis, keepdims=True), axis)
    if order in (0, 1):
        return order * np.conj(np.sign(x))
    norm = _vector_norm(x, order, axis)
    ratio = np.where(size == 0, 1.0, size / np.where(norm == 0, 1.0, norm))
    return np.conj(np.sign(x)) * ratio ** (order - 1)


def _matrix_gradient(x: Any, order: Any, axis: Any) -> Any:
    """The largest or smallest sum of absolute values of a row or a column."""
    if order not in (1, -1, np.inf, -np.inf):
        raise ValueError(f"np.linalg.norm(ord={order!r}) of a matrix has no derivative rule")
    added, compared = axis if abs(order) == 1 else axis[::-1]
    sums = np.sum(np.abs(x), axis=added, keepdims=True)
    pick = np.max if order > 0 else np.min
    chosen = sums == pick(sums, axis=compared, keepdims=True)
    return np.conj(np.sign(x)) * share_ties(1.0, chosen, compared).astype(np.result_type(x))


def _vector_norm(x: Any, order: Any, axis: Any) -> Any:
    if order == 2:  # over any number of axes, as the Frobenius norm is
        return np.sqrt(np.sum(np.real(x * np.conj(x)), axis=axis, keepdims=True))
    return np.linalg.norm(x, order, axis[0] if isinstance(axis, tuple) else axis, keepdims=True)


def norm_gradient_tangent(x: Any, order: Any, axis: Any, tangent: Any) -> Any:
    """The derivative of `norm_gradient` along `tangent`; symmetric, so also its adjoint.

    For a p-norm r with gradient u: (p - 1) / r * ((|x| / r)^(p - 2) tangent - u <u, tangent>).  The others are
    piecewise linear.  What a tangent turns a complex entry is added.
    """
    axes = tuple(range(np.ndim(x))) if axis is None else axis
    p = 2 if order in (None, "fro") else order
    gradient, radial, turned = norm_gradient(x, order, axis), *_split(x, tangent, p)
    if np.iscomplexobj(x):
        turned = np.abs(gradient) * turned / np.where(x == 0, 1.0, np.abs(x))
    if p in (0, 1, np.inf, -np.inf) or (np.size(axes) == 2 and order not in (None, "fro")):
        return turned
    norm = _vector_norm(x, p, axes)
    safe = np.where(norm == 0, 1.0, norm)
    along = np.sum(np.real(gradient * tangent), axis=axes, keepdims=True)
    curved = (p - 1) / safe * ((np.abs(x) / safe) ** (p - 2) * radial - gradient * along)
    return np.where(norm == 0, 0.0, curved + turned)


def _split(x: Any, tangent: Any, p: Any) -> tuple[Any, Any]:
    """The conjugates of the parts of a tangent along each entry and across it; where it does not matter, nothing is across."""
    if not np.iscomplexobj(x) or p == 2:
        return np.conj(tangent), np.zeros_like(x)
    sign = np.sign(x)
    moved = np.conj(sign) * tangent
    return np.conj(sign) * np.real(moved), -1j * np.conj(sign) * np.imag(moved)


def rows_swapped(x: Any, p: Any, back: int) -> Any:
    """The rows of x in the order of p, a matrix of zeros and ones or which row comes where; or (`back`) as they were before.

    >>> rows_swapped(np.array([1.0, 2.0, 3.0]), np.array([2, 0, 1]), 0)
    array([3., 1., 2.])
    """
    order = p if np.ndim(p) == 1 else np.argmax(p, axis=1)
    return x[np.argsort(order)] if back else x[order]


def order_of_swaps(pivots: Any) -> Any:
    """The order that rows are in after row k was swapped with row `pivots[k]`, for each k in turn.

    >>> order_of_swaps(np.array([2, 2, 2])).tolist()
    [2, 0, 1]
    """
    order = np.arange(len(pivots))
    for row, other in enumerate(np.asarray(pivots, int)):
        order[[row, other]] = order[[other, row]]
    return order
