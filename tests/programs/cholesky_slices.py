"""Cholesky factorisation A = L L^T with row dot products, in place; the log-determinant and L are used."""

import numpy as np

ANALYTIC = True
WRITES = ("A",)


def cholesky(A):
    A[0, 0] = np.sqrt(A[0, 0])
    for i in range(1, A.shape[0]):
        for j in range(i):
            A[i, j] -= A[i, :j] @ A[j, :j]
            A[i, j] /= A[j, j]
        A[i, i] -= A[i, :i] @ A[i, :i]
        A[i, i] = np.sqrt(A[i, i])


def loss(A):
    cholesky(A)
    L = np.tril(A)
    return 2.0 * np.sum(np.log(np.diag(L))) + 0.5 * np.sum(L**2)


def arguments(rng, n):
    M = rng.standard_normal((n, 2 * n))
    return (M @ M.T / n + np.eye(n),)
