"""Gauss-Seidel sweeps of a nine-point average: a single array, each entry overwritten as it is met."""

import numpy as np

ANALYTIC = True
LINEAR = True
WRITES = ("A",)


def seidel_2d(tsteps, A):
    n, m = A.shape
    for t in range(tsteps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                A[i, j] = (
                    A[i - 1, j - 1] + A[i - 1, j] + A[i - 1, j + 1]
                    + A[i, j - 1] + A[i, j] + A[i, j + 1]
                    + A[i + 1, j - 1] + A[i + 1, j] + A[i + 1, j + 1]
                ) / 9.0  # fmt: skip


def plain_sum(tsteps, A):
    seidel_2d(tsteps, A)
    return np.sum(A)


def loss(tsteps, A):
    seidel_2d(tsteps, A)
    return np.sum(np.sin(A))


def arguments(rng, n):
    return n // 2, rng.standard_normal((n, n + 1))
