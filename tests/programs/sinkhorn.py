"""Entropic optimal transport: scaling vectors in place until the marginals agree; the plan filled by loops."""

import numpy as np


def sinkhorn(C, p, q, eps, tol=1e-13, max_iter=10000):
    n, m = C.shape
    K = np.exp(-C / eps)
    u, v = np.ones(n), np.ones(m)
    error = 1.0
    it = 0
    while error > tol and it < max_iter:
        u[:] = p / (K @ v)
        v[:] = q / (K.T @ u)
        error = np.max(np.abs(u * (K @ v) - p))
        it += 1
    P = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            P[i, j] = u[i] * K[i, j] * v[j]
    return P


def loss(x, y, p, q, eps):
    C = np.empty((len(x), len(y)))
    for i, a in enumerate(x):
        for j, b in enumerate(y):
            C[i, j] = np.sum((a - b) ** 2)
    P = sinkhorn(C, p / p.sum(), q / q.sum(), eps)
    return np.sum(P * C) + eps * np.sum(P * np.log(P))


def arguments(rng, n):
    x, y = rng.uniform(size=(n, 2)), rng.uniform(size=(n + 1, 2))
    return x, y, rng.uniform(0.5, 1, n), rng.uniform(0.5, 1, n + 1), 0.4
