"""General matrix product C <- alpha A B + beta C: each row of C is bound to a name and built up from rows of B."""

import numpy as np

ANALYTIC = True
WRITES = ("C",)


def gemm(alpha, beta, A, B, C):
    for i in range(len(C)):
        row = C[i]
        row *= beta
        for k in range(len(B)):
            row += alpha * A[i, k] * B[k]


def loss(alpha, beta, A, B, C):
    gemm(alpha, beta, A, B, C)
    return np.mean(np.log1p(C * C))


def arguments(rng, n):
    A = rng.standard_normal((n, n - 1)) / np.sqrt(n)
    B = rng.standard_normal((n - 1, n + 1))
    C = rng.standard_normal((n, n + 1))
    return 0.9, 1.1, A, B, C
