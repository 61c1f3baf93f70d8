"""General matrix product C <- alpha A B + beta C, by scalar loops; C is changed in place."""

import numpy as np

ANALYTIC = True
WRITES = ("C",)


def gemm(alpha, beta, A, B, C):
    n, m = C.shape
    for i in range(n):
        for j in range(m):
            C[i, j] *= beta
        for k in range(A.shape[1]):
            for j in range(m):
                C[i, j] += alpha * A[i, k] * B[k, j]


def loss(alpha, beta, A, B, C):
    gemm(alpha, beta, A, B, C)
    return np.sum(np.sin(C))


def arguments(rng, n):
    A = rng.standard_normal((n, n + 1)) / np.sqrt(n)
    B = rng.standard_normal((n + 1, n + 2))
    C = rng.standard_normal((n, n + 2))
    return 1.5, 1.2, A, B, C
