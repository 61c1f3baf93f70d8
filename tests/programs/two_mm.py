"""Two products in a row, D <- alpha A B C + beta D, by scalar loops with a scratch matrix."""

import numpy as np

ANALYTIC = True
WRITES = ("D",)


def two_mm(alpha, beta, A, B, C, D):
    ni, nk = A.shape
    nj, nl = C.shape
    tmp = np.empty((ni, nj), dtype=D.dtype)
    for i in range(ni):
        for j in range(nj):
            tmp[i, j] = 0.0
            for k in range(nk):
                tmp[i, j] += alpha * A[i, k] * B[k, j]
    for i in range(ni):
        for j in range(nl):
            D[i, j] *= beta
            for k in range(nj):
                D[i, j] += tmp[i, k] * C[k, j]


def loss(alpha, beta, A, B, C, D):
    two_mm(alpha, beta, A, B, C, D)
    return np.sum(np.tanh(D))


def arguments(rng, n):
    A = rng.standard_normal((n, n + 1)) / np.sqrt(n)
    B = rng.standard_normal((n + 1, n - 1)) / np.sqrt(n)
    C = rng.standard_normal((n - 1, n + 2)) / np.sqrt(n)
    D = rng.standard_normal((n, n + 2))
    return 1.5, 0.8, A, B, C, D
