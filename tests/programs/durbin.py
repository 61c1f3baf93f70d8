"""Yule-Walker equations of a Toeplitz matrix by Durbin's recursion, scalar loops with a second vector for the update."""

import numpy as np

ANALYTIC = True


def durbin(r, y):
    n = len(r)
    z = np.empty(n, dtype=r.dtype)
    y[0] = -r[0]
    beta = 1.0
    alpha = -r[0]
    for k in range(1, n):
        beta = (1.0 - alpha * alpha) * beta
        total = 0.0
        for i in range(k):
            total += r[k - i - 1] * y[i]
        alpha = -(r[k] + total) / beta
        for i in range(k):
            z[i] = y[i] + alpha * y[k - i - 1]
        for i in range(k):
            y[i] = z[i]
        y[k] = alpha


def loss(r):
    y = np.zeros_like(r)
    durbin(r, y)
    return np.sum(y**2) + np.sum(np.sin(y))


def arguments(rng, n):
    return (0.6 ** np.arange(1, n + 1) + 0.05 * rng.standard_normal(n) / np.sqrt(n),)
