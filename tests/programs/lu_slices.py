"""LU factorisation without pivoting, with dot products of a row and a column of the array that is being filled."""

import numpy as np

ANALYTIC = True
WRITES = ("A",)


def lu(A):
    for i in range(A.shape[0]):
        for j in range(i):
            A[i, j] -= A[i, :j] @ A[:j, j]
            A[i, j] /= A[j, j]
        for j in range(i, A.shape[0]):
            A[i, j] -= A[i, :i] @ A[:i, j]


def loss(A):
    lu(A)
    return np.sum(A**2) / len(A) + np.sum(np.log(np.diagonal(A)))


def arguments(rng, n):
    return (rng.uniform(-1.0, 1.0, (n, n)) / np.sqrt(n) + 2.5 * np.eye(n),)
