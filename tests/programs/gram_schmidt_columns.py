"""Gram-Schmidt in place: columns bound to names as views, normalised, and taken out of all later columns."""

import numpy as np

ANALYTIC = True
WRITES = ("V",)


def orthonormalise(V):
    for k in range(V.shape[1]):
        q = V[:, k]
        q /= np.sqrt(q @ q)
        for j in range(k + 1, V.shape[1]):
            v = V[:, j]
            v -= (q @ v) * q


def loss(V, x):
    orthonormalise(V)
    y = V.T @ x
    return np.sum(np.sin(y)) + np.sum(V[0] ** 3)


def arguments(rng, n):
    return rng.standard_normal((n + 2, n - 1)) + np.eye(n + 2, n - 1), rng.standard_normal(n + 2)
