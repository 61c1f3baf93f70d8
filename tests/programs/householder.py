"""Least squares by Householder reflections: R above the diagonal of A and the reflectors in it, then back substitution."""

import numpy as np

WRITES = ("A", "b")


def householder(A, b):
    n = A.shape[1]
    for k in range(n):
        x = A[k:, k]
        norm = np.linalg.norm(x)
        v = x.copy()
        if v[0] >= 0.0:
            v[0] += norm
        else:
            v[0] -= norm
        v /= np.linalg.norm(v)
        A[k:, k:] -= 2.0 * np.outer(v, v @ A[k:, k:])
        b[k:] -= 2.0 * v * (v @ b[k:])
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = (b[i] - A[i, i + 1 : n] @ x[i + 1 : n]) / A[i, i]
    return x


def loss(A, b):
    x = householder(A, b)
    residual = b[A.shape[1] :]
    return np.sum(np.sin(x)) + np.sum(residual**2) + np.sum(np.triu(A) ** 2) / A.size + np.sum(np.cos(np.triu(A)))


def arguments(rng, n):
    return rng.standard_normal((n + 2, n)) + 2.0 * np.eye(n + 2, n), rng.standard_normal(n + 2)
