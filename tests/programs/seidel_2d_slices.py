"""Gauss-Seidel sweeps of a nine-point average: what a row takes from old values by slices, the recurrence by a loop."""

import numpy as np

ANALYTIC = True
LINEAR = True
WRITES = ("A",)


def seidel_2d(tsteps, A):
    for t in range(tsteps):
        for i in range(1, A.shape[0] - 1):
            above, row, below = A[i - 1], A[i], A[i + 1]
            row[1:-1] += above[:-2] + above[1:-1] + above[2:] + row[2:] + below[:-2] + below[1:-1] + below[2:]
            for j in range(1, A.shape[1] - 1):
                row[j] += row[j - 1]
                row[j] /= 9.0


def plain_sum(tsteps, A):
    seidel_2d(tsteps, A)
    return np.sum(A)


def loss(tsteps, A):
    seidel_2d(tsteps, A)
    return 0.5 * np.sum(A * A)


def arguments(rng, n):
    return n // 2 + 1, rng.standard_normal((n, n))
