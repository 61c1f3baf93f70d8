"""y = A^T (A x), with row slices and a stored intermediate vector."""

import numpy as np

ANALYTIC = True


def atax(A, x):
    m, n = A.shape
    tmp = np.empty(m, dtype=A.dtype)
    y = np.zeros(n, dtype=A.dtype)
    for i in range(m):
        tmp[i] = A[i, :] @ x
        y += A[i, :] * tmp[i]
    return y, tmp


def loss(A, x):
    y, tmp = atax(A, x)
    return np.sum(y**2) + np.sum(np.tanh(tmp))


def arguments(rng, n):
    return rng.standard_normal((n + 1, n)) / np.sqrt(n), rng.standard_normal(n)
