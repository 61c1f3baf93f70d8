"""General matrix product C <- alpha A B + beta C with one work array and `out=` throughout."""

import numpy as np

ANALYTIC = True
WRITES = ("C",)


def gemm(alpha, beta, A, B, C):
    work = np.empty_like(C)
    np.matmul(A, B, out=work)
    np.multiply(work, alpha, out=work)
    np.multiply(C, beta, out=C)
    np.add(C, work, out=C)


def loss(alpha, beta, A, B, C):
    gemm(alpha, beta, A, B, C)
    return 0.5 * np.sum((C - 1.0) ** 2)


def arguments(rng, n):
    A = rng.standard_normal((n, n + 2)) / np.sqrt(n)
    B = rng.standard_normal((n + 2, n))
    C = rng.standard_normal((n, n))
    return 1.3, 0.7, A, B, C
