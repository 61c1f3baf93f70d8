"""Conjugate gradients with a given number of steps: x, r and p updated in place, the product written with `out=`."""

import numpy as np

ANALYTIC = True


def cg(A, b, iterations):
    x = np.zeros_like(b)
    r = b.copy()
    p = r.copy()
    Ap = np.empty_like(b)
    rs = r @ r
    for _ in range(iterations):
        np.dot(A, p, out=Ap)
        alpha = rs / (p @ Ap)
        x += alpha * p
        r -= alpha * Ap
        rs_new = r @ r
        p *= rs_new / rs
        p += r
        rs = rs_new
    return x


def loss(A, b, iterations):
    x = cg(A, b, iterations)
    return np.sum(np.sin(x))


def arguments(rng, n):
    M = rng.standard_normal((n, n))
    return M @ M.T / n + np.eye(n), rng.standard_normal(n), 3
