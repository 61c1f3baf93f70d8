"""A <- A + u1 v1^T + u2 v2^T, x = beta A^T y + z, w = alpha A x, by scalar loops; A is changed in place."""

import numpy as np

ANALYTIC = True
WRITES = ("A",)


def gemver(alpha, beta, A, u1, v1, u2, v2, y, z, x, w):
    n = len(A)
    for i in range(n):
        for j in range(n):
            A[i, j] = A[i, j] + u1[i] * v1[j] + u2[i] * v2[j]
    for i in range(n):
        for j in range(n):
            x[i] = x[i] + beta * A[j, i] * y[j]
    for i in range(n):
        x[i] = x[i] + z[i]
    for i in range(n):
        for j in range(n):
            w[i] = w[i] + alpha * A[i, j] * x[j]


def loss(alpha, beta, A, u1, v1, u2, v2, y, z):
    x = np.zeros(len(A), dtype=A.dtype)
    w = np.zeros(len(A), dtype=A.dtype)
    gemver(alpha, beta, A, u1, v1, u2, v2, y, z, x, w)
    return np.sum(np.sin(w)) + 0.1 * np.sum(A**2)


def arguments(rng, n):
    u1, v1, u2, v2, y, z = (rng.standard_normal(n) / n**0.25 for _ in range(6))
    return 0.8, 0.6, rng.standard_normal((n, n)) / np.sqrt(n), u1, v1, u2, v2, y, z
