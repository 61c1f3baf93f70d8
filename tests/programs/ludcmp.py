"""Solve A x = b: LU factorisation in place, forward and back substitution, all by scalar loops with a running sum."""

import numpy as np

ANALYTIC = True
WRITES = ("A",)


def ludcmp(A, b, x, y):
    n = len(b)
    for i in range(n):
        for j in range(i):
            w = A[i, j]
            for k in range(j):
                w -= A[i, k] * A[k, j]
            A[i, j] = w / A[j, j]
        for j in range(i, n):
            w = A[i, j]
            for k in range(i):
                w -= A[i, k] * A[k, j]
            A[i, j] = w
    for i in range(n):
        w = b[i]
        for j in range(i):
            w -= A[i, j] * y[j]
        y[i] = w
    for i in range(n - 1, -1, -1):
        w = y[i]
        for j in range(i + 1, n):
            w -= A[i, j] * x[j]
        x[i] = w / A[i, i]


def loss(A, b):
    x = np.zeros_like(b)
    y = np.zeros_like(b)
    ludcmp(A, b, x, y)
    return np.sum(x**2) + np.sum(np.sin(y)) + 0.1 * np.sum(A)


def arguments(rng, n):
    return rng.uniform(-1.0, 1.0, (n, n)) / np.sqrt(n) + 2.0 * np.eye(n), rng.standard_normal(n)
