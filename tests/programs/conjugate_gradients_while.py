"""Conjugate gradients for the Poisson matrix, never formed: iterates until the residual is small, grid functions 2-D."""

import numpy as np

WRITES = ("u",)


def apply(p, q, sigma):
    """q <- (sigma - Laplacian) p with zeros outside."""
    q[:] = (4.0 + sigma) * p
    q[1:] -= p[:-1]
    q[:-1] -= p[1:]
    q[:, 1:] -= p[:, :-1]
    q[:, :-1] -= p[:, 1:]


def solve(u, f, sigma, tol=1e-12):
    q = np.zeros_like(u)
    apply(u, q, sigma)
    r = f - q
    p = r.copy()
    rr = np.sum(r * r)
    count = 0
    while np.sqrt(rr) > tol and count < 10 * u.size:
        apply(p, q, sigma)
        alpha = rr / np.sum(p * q)
        u[...] += alpha * p
        r[...] -= alpha * q
        rr_old, rr = rr, np.sum(r**2)
        p[...] = r + rr / rr_old * p
        count += 1


def loss(u, f, sigma):
    start = np.sum(u**3)
    solve(u, f, sigma)
    return np.sum(f * u) + np.sum(np.cos(u)) + 0.1 * start


def arguments(rng, n):
    return rng.standard_normal((n, n - 1)), rng.standard_normal((n, n - 1)), 0.5
