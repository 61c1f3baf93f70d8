"""Heat equation in three dimensions, by scalar loops, to and fro between two arrays."""

import numpy as np

ANALYTIC = True
LINEAR = True
WRITES = ("A", "B")


def sweep(A, B):
    n, m, l = A.shape
    for i in range(1, n - 1):
        for j in range(1, m - 1):
            for k in range(1, l - 1):
                B[i, j, k] = (
                    0.125 * (A[i + 1, j, k] - 2.0 * A[i, j, k] + A[i - 1, j, k])
                    + 0.125 * (A[i, j + 1, k] - 2.0 * A[i, j, k] + A[i, j - 1, k])
                    + 0.125 * (A[i, j, k + 1] - 2.0 * A[i, j, k] + A[i, j, k - 1])
                    + A[i, j, k]
                )


def heat_3d(tsteps, A, B):
    for t in range(tsteps):
        sweep(A, B)
        sweep(B, A)


def plain_sum(tsteps, A, B):
    heat_3d(tsteps, A, B)
    return np.sum(A) - np.sum(B)


def loss(tsteps, A, B):
    heat_3d(tsteps, A, B)
    return np.sum(np.sin(A)) + np.sum(B**2)


def arguments(rng, n):
    A = rng.standard_normal((n - 1, n - 1, n))
    return n // 2, A, A + 0.1 * rng.standard_normal(A.shape)
