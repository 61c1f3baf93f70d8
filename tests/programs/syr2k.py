"""Symmetric rank-2k update of the lower triangle, C <- alpha (A B^T + B A^T) + beta C, by scalar loops."""

import numpy as np

ANALYTIC = True
WRITES = ("C",)


def syr2k(alpha, beta, A, B, C):
    n, m = A.shape
    for i in range(n):
        for j in range(i + 1):
            s = beta * C[i, j]
            for k in range(m):
                s += alpha * (A[i, k] * B[j, k] + B[i, k] * A[j, k])
            C[i, j] = s


def loss(alpha, beta, A, B, C):
    syr2k(alpha, beta, A, B, C)
    return np.sum(np.tanh(C))


def arguments(rng, n):
    A, B = (rng.standard_normal((n, n + 1)) / np.sqrt(n) for _ in range(2))
    return 1.5, 0.5, A, B, rng.standard_normal((n, n))
