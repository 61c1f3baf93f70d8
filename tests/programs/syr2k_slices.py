"""Symmetric rank-2k update, C <- alpha (A B^T + B A^T) + beta C: lower triangle by slices, then mirrored in place."""

import numpy as np

ANALYTIC = True
WRITES = ("C",)


def syr2k(alpha, beta, A, B, C):
    for i in range(len(C)):
        c = C[i, : i + 1]
        c *= beta
        c += alpha * (B[: i + 1] @ A[i])
        c += alpha * (A[: i + 1] @ B[i])
        C[:i, i] = C[i, :i]


def loss(alpha, beta, A, B, C):
    syr2k(alpha, beta, A, B, C)
    return np.sum(C * C) / C.size + np.trace(C)


def arguments(rng, n):
    A, B = (rng.standard_normal((n, n + 2)) / np.sqrt(n) for _ in range(2))
    return 1.1, 0.9, A, B, rng.standard_normal((n, n))
