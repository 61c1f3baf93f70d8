"""Gauss-Jordan inversion: rows are bound to names and written through; a second pass exchanges whole rows."""

import numpy as np

WRITES = ("A",)


def gauss_jordan(A):
    n = A.shape[0]
    work = np.zeros((n, 2 * n))
    work[:, :n] = A
    work[:, n:] = np.eye(n)
    for k in range(n):
        best = k + np.argmax(np.abs(work[k:, k]))
        if best != k:
            work[[k, best]] = work[[best, k]]
        pivot_row = work[k]
        pivot_row /= pivot_row[k]
        for i in range(n):
            if i == k:
                continue
            row = work[i]
            row -= row[k] * pivot_row
    return work[:, n:]


def equilibrate(A):
    """Rows, then columns, are scaled to length one."""
    scale = np.ones((2, len(A)))
    for i, row in enumerate(A):
        scale[0, i] = np.sqrt(np.sum(row**2))
        row /= scale[0, i]
    for j, column in enumerate(A.T):
        scale[1, j] = np.sqrt(np.sum(column**2))
        column /= scale[1, j]
    return scale


def loss(A, b):
    scale = equilibrate(A)
    x = gauss_jordan(A) @ (b / scale[0]) / scale[1]
    return x @ x + np.sum(np.log(scale))


def arguments(rng, n):
    A = rng.uniform(-0.5, 0.5, size=(n, n)) + 3.0 * np.eye(n)[rng.permutation(n)]
    return A, rng.normal(size=n)
