"""Two products in a row, D <- alpha A B C + beta D, in one statement on the whole array."""

import numpy as np

ANALYTIC = True
WRITES = ("D",)


def two_mm(alpha, beta, A, B, C, D):
    D[:] = alpha * A @ B @ C + beta * D


def loss(alpha, beta, A, B, C, D):
    two_mm(alpha, beta, A, B, C, D)
    return np.sum(D**2) / D.size


def arguments(rng, n):
    A = rng.standard_normal((n, n))
    B = rng.standard_normal((n, n + 1)) / np.sqrt(n)
    C = rng.standard_normal((n + 1, n)) / np.sqrt(n)
    D = rng.standard_normal((n, n))
    return 1.5, 1.2, A, B, C, D
