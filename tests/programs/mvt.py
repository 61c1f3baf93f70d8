"""x1 <- x1 + A y1 and x2 <- x2 + A^T y2, by scalar loops; both vectors are changed in place."""

import numpy as np

ANALYTIC = True
WRITES = ("x1", "x2")


def mvt(x1, x2, y1, y2, A):
    n = len(x1)
    for i in range(n):
        for j in range(n):
            x1[i] += A[i, j] * y1[j]
    for i in range(n):
        for j in range(n):
            x2[i] += A[j, i] * y2[j]


def loss(x1, x2, y1, y2, A):
    mvt(x1, x2, y1, y2, A)
    return np.sum(x1 * x2) + np.sum(np.cos(x1))


def arguments(rng, n):
    x1, x2, y1, y2 = rng.standard_normal((4, n))
    return x1.copy(), x2.copy(), y1.copy(), y2.copy(), rng.standard_normal((n, n)) / np.sqrt(n)
