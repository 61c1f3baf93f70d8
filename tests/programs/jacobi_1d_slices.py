"""Jacobi sweeps of a three-point average in one dimension, with shifted slices of two arrays."""

import numpy as np

ANALYTIC = True
LINEAR = True
WRITES = ("A", "B")


def jacobi_1d(tsteps, A, B):
    for t in range(1, tsteps):
        B[1:-1] = (A[:-2] + A[1:-1] + A[2:]) / 3.0
        A[1:-1] = (B[:-2] + B[1:-1] + B[2:]) / 3.0


def plain_sum(tsteps, A, B):
    jacobi_1d(tsteps, A, B)
    return A.sum() + B.sum()


def loss(tsteps, A, B):
    jacobi_1d(tsteps, A, B)
    return np.mean(np.exp(A)) + np.mean(B**2)


def arguments(rng, n):
    return n, rng.standard_normal(n + 1), rng.standard_normal(n + 1)
