"""Symmetric rank-k update of the lower triangle, C <- alpha A A^T + beta C, with slices that grow row by row."""

import numpy as np

ANALYTIC = True
WRITES = ("C",)


def syrk(alpha, beta, A, C):
    for i in range(A.shape[0]):
        C[i, : i + 1] *= beta
        for k in range(A.shape[1]):
            C[i, : i + 1] += alpha * A[i, k] * A[: i + 1, k]


def loss(alpha, beta, A, C):
    syrk(alpha, beta, A, C)
    return np.sum(np.tril(C) ** 2) / len(C)


def arguments(rng, n):
    return 0.8, 1.2, rng.standard_normal((n, n + 1)) / np.sqrt(n), rng.standard_normal((n, n))
