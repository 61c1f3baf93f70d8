"""Derivative rules: eigenvalues and eigenvectors of matrices that need not be symmetric, and zeros of polynomials.

In: `np.linalg.eig`, `np.linalg.eigvals`, `np.roots`.  Out: their rules in `RULES`.  Eigenvectors are those that LAPACK gives: of
length 1, and turned so that the largest entry of each is real.  Of equal eigenvalues there is no derivative; nothing flows
between their vectors.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import custom
from s2s_runtime.kernels import inverse_gaps, largest_real, nearest

MATRIX = np.array([[2.0, 0.3, -0.4], [0.5, -1.0, 0.2], [0.1, 0.7, 0.6]])
TURNING = np.array([[0.3, -1.2, 0.4], [1.5, 0.2, 0.1], [0.2, 0.3, -0.8]])
GENERAL = [case(MATRIX), case(TURNING), case(A(1, 1)), case(np.stack((MATRIX, MATRIX.T + 0.1))), case(A(3, 3, domain="complex"))]


def with_length(moved, vectors):
    """What moves eigenvectors, less what would change the length of one, or turn its largest entry."""
    row = largest_real(vectors)
    turn = np.take_along_axis(moved, row, -2) / np.take_along_axis(vectors, row, -2)
    stretch = np.sum(np.real(np.conj(vectors) * moved), axis=-2, keepdims=True)
    return moved - vectors * (stretch + 0.5 * (turn - np.conj(turn)))


def with_length_adjoint(g, vectors):
    row = largest_real(vectors)
    along = np.sum(g * vectors, axis=-2, keepdims=True)
    turned = 0.5 * (along - np.conj(along)) / np.take_along_axis(vectors, row, -2)
    rows = np.expand_dims(np.arange(np.shape(vectors)[-2]), -1)
    return g - np.conj(vectors) * np.real(along) - np.where(rows == row, turned, 0.0)


def eig_jvp(a_dot, a, *, result):
    w, v = result
    inner = np.linalg.solve(v, a_dot @ v)
    return np.diagonal(inner, 0, -2, -1), with_length(v @ (inverse_gaps(w) * inner), v)


@custom(np.linalg.eig, jvp=eig_jvp, cases=GENERAL)
def eig(g, a, *, result):
    """V^-T (diag(w_bar) + F o V^T V_bar) V^T with F_ij = 1 / (w_j - w_i), and V_bar across the vectors."""
    w, v = result
    transposed = np.swapaxes(v, -1, -2)
    mixed = inverse_gaps(w) * (transposed @ with_length_adjoint(g[1], v))
    inner = np.where(np.eye(np.shape(w)[-1], dtype=bool), np.expand_dims(g[0], -2), mixed)
    return np.linalg.solve(transposed, inner @ transposed)


def eigvals_jvp(a_dot, a, *, result):
    w, v = np.linalg.eig(a)
    moved = np.diagonal(np.linalg.solve(v, a_dot @ v), 0, -2, -1)
    return np.take_along_axis(moved, nearest(w, result), -1)


@custom(np.linalg.eigvals, jvp=eigvals_jvp, cases=GENERAL)
def eigvals(g, a, *, result):
    """The eigenvalues that come with the vectors may have another order."""
    w, v = np.linalg.eig(a)
    w_bar = np.take_along_axis(g, np.argsort(nearest(w, result), axis=-1), -1)
    transposed = np.swapaxes(v, -1, -2)
    return np.linalg.solve(transposed, np.expand_dims(w_bar, -1) * transposed)


# ---------------------------------------------------------------------------------------------------------- zeros
def roots_jvp(p_dot, p, *, result):
    slopes = p[:-1] * np.arange(np.size(p) - 1, 0, -1)
    return -np.polyval(p_dot, result) / np.polyval(slopes, result)


@custom(
    np.roots,
    jvp=roots_jvp,
    cases=[case(np.array([1.0, -1.5, -0.7, 0.4])), case(A(4, domain="positive")), case(A(3, domain="complex"))],
)
def roots(g, p, *, result):
    """Where p(z) = 0 stays true, p_dot(z) + p'(z) z_dot is 0."""
    count = np.size(p)
    slope = np.polyval(p[:-1] * np.arange(count - 1, 0, -1), result)
    return -(g / slope) @ np.expand_dims(result, -1) ** np.arange(count - 1, -1, -1)
