"""x1 <- x1 + A y1 and x2 <- x2 + A^T y2, with whole-array products added in place."""

import numpy as np

ANALYTIC = True
WRITES = ("x1", "x2")


def mvt(x1, x2, y1, y2, A):
    x1 += A @ y1
    x2 += A.T @ y2


def loss(x1, x2, y1, y2, A):
    mvt(x1, x2, y1, y2, A)
    return 0.5 * np.sum(x1**2) + np.sum(np.tanh(x2))


def arguments(rng, n):
    x1, x2, y1, y2 = (rng.standard_normal(n) for _ in range(4))
    return x1, x2, y1, y2, rng.standard_normal((n, n)) / np.sqrt(n)
