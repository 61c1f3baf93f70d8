"""Alternating directions for the heat equation: one routine sweeps along the last axis, called with a field and its .T."""

import numpy as np

ANALYTIC = True
WRITES = ("u",)


def sweep(old, new, p, q, r):
    """Half a step, implicit along the last axis of `old`; `new` is written, its ends are kept."""
    n = old.shape[-1]
    p[:, 0] = 0.0
    q[:, 0] = new[1:-1, 0]
    for j in range(1, n - 1):
        pivot = 1.0 + r - 0.5 * r * p[:, j - 1]
        p[:, j] = 0.5 * r / pivot
        q[:, j] = 0.5 * r * (old[:-2, j] + old[2:, j]) + (1.0 - r) * old[1:-1, j] + 0.5 * r * q[:, j - 1]
        q[:, j] /= pivot
    for j in range(n - 2, 0, -1):
        new[1:-1, j] = p[:, j] * new[1:-1, j + 1] + q[:, j]


def adi(tsteps, r, u):
    nx, ny = u.shape
    half = u.copy()
    p = np.empty((ny - 2, nx), dtype=u.dtype)
    q = np.empty((ny - 2, nx), dtype=u.dtype)
    p2 = np.empty((nx - 2, ny), dtype=u.dtype)
    q2 = np.empty((nx - 2, ny), dtype=u.dtype)
    for t in range(tsteps):
        sweep(u.T, half.T, p, q, r)
        sweep(half, u, p2, q2, r)


def loss(tsteps, r, u):
    adi(tsteps, r, u)
    return 0.5 * np.sum(u**2)


def arguments(rng, n):
    return 3, 0.8, rng.standard_normal((n, n + 1))
