"""y = A^T (A x), by scalar loops over the rows of A, in one pass."""

import numpy as np

ANALYTIC = True


def atax(A, x, y):
    m, n = A.shape
    for i in range(m):
        tmp = 0.0
        for j in range(n):
            tmp += A[i, j] * x[j]
        for j in range(n):
            y[j] += A[i, j] * tmp


def loss(A, x):
    y = np.zeros(A.shape[1], dtype=A.dtype)
    atax(A, x, y)
    return np.sum(np.sin(y))


def arguments(rng, n):
    return rng.standard_normal((n + 2, n)) / np.sqrt(n), rng.standard_normal(n)
