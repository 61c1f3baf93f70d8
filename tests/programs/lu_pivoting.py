"""Gaussian elimination with partial pivoting: rows are swapped in place where the largest pivot stands, then solved."""

import numpy as np

WRITES = ("A", "b")


def solve(A, b):
    n = len(b)
    for k in range(n - 1):
        p = k + np.argmax(np.abs(A[k:, k]))
        if p != k:
            A[[k, p]] = A[[p, k]]
            b[k], b[p] = b[p], b[k]
        for i in range(k + 1, n):
            m = A[i, k] / A[k, k]
            A[i, k:] -= m * A[k, k:]
            b[i] -= m * b[k]
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = (b[i] - A[i, i + 1 :] @ x[i + 1 :]) / A[i, i]
    return x


def loss(A, b):
    x = solve(A, b)
    return np.sum(np.sin(x)) + 0.1 * np.sum(A**2)


def arguments(rng, n):
    A = rng.uniform(-0.3, 0.3, (n, n)) / np.sqrt(n) + 2.0 * np.eye(n)[rng.permutation(n)]
    return A, rng.standard_normal(n)
