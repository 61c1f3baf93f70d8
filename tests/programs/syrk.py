"""Symmetric rank-k update of the lower triangle, C <- alpha A A^T + beta C, by scalar loops."""

import numpy as np

ANALYTIC = True
WRITES = ("C",)


def syrk(alpha, beta, A, C):
    n, m = A.shape
    for i in range(n):
        for j in range(i + 1):
            C[i, j] *= beta
        for k in range(m):
            for j in range(i + 1):
                C[i, j] += alpha * A[i, k] * A[j, k]


def loss(alpha, beta, A, C):
    syrk(alpha, beta, A, C)
    return np.sum(np.sin(C))


def arguments(rng, n):
    return 1.5, 1.2, rng.standard_normal((n, n - 1)) / np.sqrt(n), rng.standard_normal((n, n))
