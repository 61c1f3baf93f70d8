"""The dominant eigenpairs of a symmetric matrix: power iteration until it converges, deflation in place, and again."""

import numpy as np


def dominant(A, v, tol, max_iter):
    lam = 0.0
    for _ in range(max_iter):
        w = A @ v
        lam = np.sqrt(w @ w)
        change = np.max(np.abs(w / lam - v))
        v[:] = w / lam
        if change < tol:
            break
    return lam


def leading_eigenvalues(A, count, tol=1e-14, max_iter=500):
    work = 0.5 * (A + A.T)
    values = np.zeros(count)
    vectors = np.zeros((count, len(A)))
    for k in range(count):
        v = vectors[k]
        v[:] = 1.0 / (1.0 + np.arange(len(v)))
        v /= np.linalg.norm(v)
        values[k] = dominant(work, v, tol, max_iter)
        for i in range(len(v)):
            for j in range(len(v)):
                work[i, j] -= values[k] * v[i] * v[j]
    return values, vectors


def loss(A, count):
    values, vectors = leading_eigenvalues(A, count)
    return np.log(values[0] / values[1]) + values[-1] + np.sum(vectors**4)


def arguments(rng, n):
    q, _ = np.linalg.qr(rng.normal(size=(n, n)))
    spectrum = 4.0 * 0.35 ** np.arange(n) + 0.001
    return q @ np.diag(spectrum) @ q.T, 2
