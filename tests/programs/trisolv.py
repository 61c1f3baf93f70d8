"""Solve L x = b for a lower triangular L, by scalar loops into an array that is not initialised."""

import numpy as np

ANALYTIC = True


def trisolv(L, x, b):
    for i in range(len(b)):
        x[i] = b[i]
        for j in range(i):
            x[i] -= L[i, j] * x[j]
        x[i] = x[i] / L[i, i]


def loss(L, b):
    x = np.empty(len(b), dtype=b.dtype)
    trisolv(L, x, b)
    return np.sum(np.sin(x))


def arguments(rng, n):
    return np.tril(rng.uniform(-1.0, 1.0, (n, n))) / np.sqrt(n) + 1.5 * np.eye(n), rng.standard_normal(n)
