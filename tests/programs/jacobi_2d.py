"""Jacobi sweeps of a five-point average in two dimensions, by scalar loops, to and fro between two arrays."""

import numpy as np

ANALYTIC = True
LINEAR = True
WRITES = ("A", "B")


def jacobi_2d(tsteps, A, B):
    n, m = A.shape
    for t in range(tsteps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                B[i, j] = 0.2 * (A[i, j] + A[i, j - 1] + A[i, j + 1] + A[i + 1, j] + A[i - 1, j])
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                A[i, j] = 0.2 * (B[i, j] + B[i, j - 1] + B[i, j + 1] + B[i + 1, j] + B[i - 1, j])


def plain_sum(tsteps, A, B):
    jacobi_2d(tsteps, A, B)
    return np.sum(A) + 2.0 * np.sum(B)


def loss(tsteps, A, B):
    jacobi_2d(tsteps, A, B)
    return np.sum(np.sin(A)) + np.sum(B**2)


def arguments(rng, n):
    return n // 2, rng.standard_normal((n, n + 1)), rng.standard_normal((n, n + 1))
