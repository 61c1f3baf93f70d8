"""The two products of a biconjugate gradient step, s = A^T r and q = A p, written through slices of one work array."""

import numpy as np

ANALYTIC = True


def bicg(A, p, r, work):
    n = A.shape[0]
    q = work[:n]
    s = work[n:]
    q[:] = A @ p
    s[:] = r @ A


def loss(A, p, r):
    work = np.zeros(sum(A.shape), dtype=A.dtype)
    bicg(A, p, r, work)
    return np.sum(np.exp(-0.1 * work**2))


def arguments(rng, n):
    return rng.standard_normal((n, n + 2)) / np.sqrt(n), rng.standard_normal(n + 2), rng.standard_normal(n)
