"""Jacobi sweeps of a three-point average in one dimension, by scalar loops, to and fro between two arrays."""

import numpy as np

ANALYTIC = True
LINEAR = True
WRITES = ("A", "B")


def jacobi_1d(tsteps, A, B):
    n = len(A)
    for t in range(tsteps):
        for i in range(1, n - 1):
            B[i] = 0.33333 * (A[i - 1] + A[i] + A[i + 1])
        for i in range(1, n - 1):
            A[i] = 0.33333 * (B[i - 1] + B[i] + B[i + 1])


def plain_sum(tsteps, A, B):
    jacobi_1d(tsteps, A, B)
    return np.sum(A) + np.sum(B)


def loss(tsteps, A, B):
    jacobi_1d(tsteps, A, B)
    return np.sum(A**2) + np.sum(np.sin(B))


def arguments(rng, n):
    return n // 2 + 1, rng.standard_normal(n + 2), rng.standard_normal(n + 2)
