"""B <- alpha A^T B with A unit lower triangular, by dot products of column slices, then one scaling of the whole array."""

import numpy as np

ANALYTIC = True
WRITES = ("B",)


def trmm(alpha, A, B):
    for i in range(B.shape[0]):
        for j in range(B.shape[1]):
            B[i, j] += np.dot(A[i + 1 :, i], B[i + 1 :, j])
    B *= alpha


def loss(alpha, A, B):
    trmm(alpha, A, B)
    return np.mean(B**2)


def arguments(rng, n):
    return 0.8, rng.standard_normal((n, n)) / np.sqrt(n), rng.standard_normal((n, n))
