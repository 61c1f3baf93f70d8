"""Points in the plane that keep their neighbours: affinities whose diagonal is set to 0, and a few steps of descent."""

import numpy as np


def squared_distances(X):
    total = np.sum(np.square(X), 1)
    return np.add(np.add(-2 * np.dot(X, X.T), total).T, total)


def affinities(X, beta):
    n = len(X)
    P = np.exp(-squared_distances(X) * beta[:, None])
    P[range(n), range(n)] = 0.0
    P /= np.sum(P, axis=1, keepdims=True)
    return np.maximum((P + P.T) / (2 * n), 1e-12)


def loss(X, Y, beta, rate, steps):
    n = len(X)
    P = affinities(X, beta)
    Y = Y.copy()
    for _ in range(steps):
        weights = 1.0 / (1.0 + squared_distances(Y))
        weights[range(n), range(n)] = 0.0
        Q = np.maximum(weights / np.sum(weights), 1e-12)
        slope = np.zeros_like(Y)
        for i in range(n):
            slope[i] = np.sum(np.tile((P[:, i] - Q[:, i]) * weights[:, i], (2, 1)).T * (Y[i] - Y), 0)
        Y -= rate * slope
    return np.sum(P * np.log(P / Q)) + 0.01 * np.sum(Y**2)


def arguments(rng, n):
    return rng.normal(size=(n, 3)), rng.normal(size=(n, 2)), rng.uniform(0.3, 0.8, n), 2.0, 2
