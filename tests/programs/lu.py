"""LU factorisation without pivoting, by scalar loops, in place: L below the diagonal (ones on it), U above."""

import numpy as np

ANALYTIC = True
WRITES = ("A",)


def lu(A):
    n = A.shape[0]
    for i in range(n):
        for j in range(i):
            for k in range(j):
                A[i, j] -= A[i, k] * A[k, j]
            A[i, j] /= A[j, j]
        for j in range(i, n):
            for k in range(i):
                A[i, j] -= A[i, k] * A[k, j]


def loss(A):
    lu(A)
    return np.sum(np.cos(A))


def arguments(rng, n):
    return (rng.uniform(-1.0, 1.0, (n, n)) / np.sqrt(n) + 2.0 * np.eye(n),)
