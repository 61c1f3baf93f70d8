"""GMRES: Arnoldi's vectors and Hessenberg matrix filled in place, Givens rotations applied to its columns."""

import numpy as np


def gmres(A, b, m):
    n = len(b)
    Q = np.zeros((m + 1, n))
    H = np.zeros((m + 1, m))
    cs, sn = np.zeros(m), np.zeros(m)
    g = np.zeros(m + 1)
    g[0] = np.linalg.norm(b)
    Q[0] = b / g[0]
    for k in range(m):
        w = A @ Q[k]
        for i in range(k + 1):
            H[i, k] = Q[i] @ w
            w -= H[i, k] * Q[i]
        H[k + 1, k] = np.linalg.norm(w)
        Q[k + 1] = w / H[k + 1, k]
        for i in range(k):
            H[i, k], H[i + 1, k] = cs[i] * H[i, k] + sn[i] * H[i + 1, k], cs[i] * H[i + 1, k] - sn[i] * H[i, k]
        r = np.hypot(H[k, k], H[k + 1, k])
        cs[k], sn[k] = H[k, k] / r, H[k + 1, k] / r
        H[k, k], H[k + 1, k] = r, 0.0
        g[k + 1] = -sn[k] * g[k]
        g[k] *= cs[k]
    y = np.zeros(m)
    for i in range(m - 1, -1, -1):
        y[i] = (g[i] - H[i, i + 1 : m] @ y[i + 1 :]) / H[i, i]
    return Q[:m].T @ y, abs(g[m])


def loss(A, b, m):
    x, residual = gmres(A, b, m)
    return np.sum(np.sin(x)) + residual**2


def arguments(rng, n):
    return 2.0 * np.eye(n) + 0.6 * rng.normal(size=(n, n)) / np.sqrt(n), rng.normal(size=n), min(n - 2, 10)
