"""Jacobi sweeps of a five-point average in two dimensions, with slices of two arrays."""

import numpy as np

ANALYTIC = True
LINEAR = True
WRITES = ("A", "B")


def jacobi_2d(tsteps, A, B):
    for t in range(tsteps):
        B[1:-1, 1:-1] = 0.2 * (A[1:-1, 1:-1] + A[1:-1, :-2] + A[1:-1, 2:] + A[2:, 1:-1] + A[:-2, 1:-1])
        A[1:-1, 1:-1] = 0.2 * (B[1:-1, 1:-1] + B[1:-1, :-2] + B[1:-1, 2:] + B[2:, 1:-1] + B[:-2, 1:-1])


def plain_sum(tsteps, A, B):
    jacobi_2d(tsteps, A, B)
    return np.sum(A) + np.sum(B)


def loss(tsteps, A, B):
    jacobi_2d(tsteps, A, B)
    return 0.5 * np.sum(A**2) / A.size + np.mean(np.cos(B))


def arguments(rng, n):
    return n // 2 + 1, rng.standard_normal((n, n)), rng.standard_normal((n, n))
