"""Yule-Walker equations by Durbin's recursion, with reversed slices of the vector that is being updated."""

import numpy as np

ANALYTIC = True


def durbin(r):
    y = np.empty_like(r)
    alpha = -r[0]
    beta = 1.0
    y[0] = -r[0]
    for k in range(1, r.shape[0]):
        beta *= 1.0 - alpha * alpha
        alpha = -(r[k] + np.dot(np.flip(r[:k]), y[:k])) / beta
        y[:k] += alpha * y[:k][::-1]
        y[k] = alpha
    return y, beta


def loss(r):
    y, beta = durbin(r)
    return y @ y + np.log(beta)


def arguments(rng, n):
    return (0.5 ** np.arange(1, n + 1) + 0.05 * rng.standard_normal(n) / np.sqrt(n),)
