"""Eigenvalues of a symmetric matrix by cyclic Jacobi rotations: pairs of rows, then of columns, are replaced together."""

import numpy as np

WRITES = ("A",)


def rotate(A, V, p, q):
    if A[p, q] == 0.0:
        return
    theta = 0.5 * (A[q, q] - A[p, p]) / A[p, q]
    t = 1.0 / (abs(theta) + np.sqrt(theta**2 + 1.0))
    if theta < 0.0:
        t = -t
    c = 1.0 / np.sqrt(1.0 + t**2)
    s = c * t
    A[p, :], A[q, :] = c * A[p, :] - s * A[q, :], s * A[p, :] + c * A[q, :]
    A[:, p], A[:, q] = c * A[:, p] - s * A[:, q], s * A[:, p] + c * A[:, q]
    V[:, p], V[:, q] = c * V[:, p] - s * V[:, q], s * V[:, p] + c * V[:, q]


def eigenvalues(A, sweeps):
    n = A.shape[0]
    V = np.eye(n)
    for sweep in range(sweeps):
        for p in range(n - 1):
            for q in range(p + 1, n):
                rotate(A, V, p, q)
    return np.diag(A), V


def loss(A, x, sweeps):
    w, V = eigenvalues(A, sweeps)
    return np.sum(np.exp(-0.3 * w) * (V.T @ x) ** 2)


def arguments(rng, n):
    M = rng.standard_normal((n, n)) / n
    return M + M.T + np.diag(np.arange(1.0, n + 1)), rng.standard_normal(n), 2
