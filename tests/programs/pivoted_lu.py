"""LU with partial pivoting in place: rows are exchanged item by item, the right side with them; solve, determinant."""

import numpy as np

ANALYTIC = True
WRITES = ("A", "b")


def lu_pivot(A, b):
    n = A.shape[0]
    sign = 1.0
    for k in range(n):
        p = k
        for i in range(k + 1, n):
            if abs(A[i, k]) > abs(A[p, k]):
                p = i
        if p != k:
            for j in range(n):
                A[k, j], A[p, j] = A[p, j], A[k, j]
            b[k], b[p] = b[p], b[k]
            sign = -sign
        for i in range(k + 1, n):
            A[i, k] /= A[k, k]
            for j in range(k + 1, n):
                A[i, j] -= A[i, k] * A[k, j]
    return sign


def substitute(LU, b):
    n = len(b)
    for i in range(n):
        for j in range(i):
            b[i] -= LU[i, j] * b[j]
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            b[i] -= LU[i, j] * b[j]
        b[i] /= LU[i, i]


def loss(A, b):
    determinant = lu_pivot(A, b)
    substitute(A, b)
    for i in range(len(A)):
        determinant *= A[i, i]
    return np.sum(b**2) + np.log(1.0 + determinant**2) + 0.1 * np.sum(np.tril(A, -1) ** 2)


def arguments(rng, n):
    # the largest entries stand off the diagonal, so that rows have to be exchanged
    A = rng.uniform(-0.5, 0.5, size=(n, n)) + 3.0 * np.eye(n)[rng.permutation(n)]
    return A, rng.normal(size=n)
