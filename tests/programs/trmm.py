"""B <- alpha A^T B with A unit lower triangular, by scalar loops: rows of B below are read before they are overwritten."""

import numpy as np

ANALYTIC = True
WRITES = ("B",)


def trmm(alpha, A, B):
    m, n = B.shape
    for i in range(m):
        for j in range(n):
            for k in range(i + 1, m):
                B[i, j] += A[k, i] * B[k, j]
            B[i, j] = alpha * B[i, j]


def loss(alpha, A, B):
    trmm(alpha, A, B)
    return np.sum(np.sin(B))


def arguments(rng, n):
    return 1.5, rng.standard_normal((n, n)) / np.sqrt(n), rng.standard_normal((n, n + 1))
