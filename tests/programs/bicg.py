"""The two products of a biconjugate gradient step, s = A^T r and q = A p, in one pass over A by scalar loops."""

import numpy as np

ANALYTIC = True


def bicg(A, p, r, q, s):
    n, m = A.shape
    for j in range(m):
        s[j] = 0.0
    for i in range(n):
        q[i] = 0.0
        for j in range(m):
            s[j] = s[j] + r[i] * A[i, j]
            q[i] = q[i] + A[i, j] * p[j]


def loss(A, p, r):
    q = np.empty(A.shape[0], dtype=A.dtype)
    s = np.empty(A.shape[1], dtype=A.dtype)
    bicg(A, p, r, q, s)
    return np.sum(np.sin(q)) + np.sum(s**2)


def arguments(rng, n):
    return rng.standard_normal((n + 1, n)) / np.sqrt(n), rng.standard_normal(n), rng.standard_normal(n + 1)
