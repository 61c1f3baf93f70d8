"""Cholesky factorisation A = L L^T by scalar loops, row by row, in place in the lower triangle of A."""

import numpy as np

ANALYTIC = True
WRITES = ("A",)


def cholesky(A):
    n = len(A)
    for i in range(n):
        for j in range(i):
            for k in range(j):
                A[i, j] -= A[i, k] * A[j, k]
            A[i, j] /= A[j, j]
        for k in range(i):
            A[i, i] -= A[i, k] * A[i, k]
        A[i, i] = np.sqrt(A[i, i])


def loss(A):
    cholesky(A)
    return np.sum(np.sin(A))


def arguments(rng, n):
    M = rng.standard_normal((n, n))
    return (M @ M.T / n + 2.0 * np.eye(n),)
