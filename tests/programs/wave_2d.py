"""Acoustic wave equation in two dimensions: leapfrog with three rotating time levels, slices, a source and a receiver."""

import numpy as np

ANALYTIC = True


def propagate(c, wavelet, dt, src, rec):
    u_prev = np.zeros_like(c)
    u = np.zeros_like(c)
    u_next = np.zeros_like(c)
    r2 = (c * dt) ** 2
    record = np.empty(wavelet.size, dtype=c.dtype)
    for it in range(wavelet.size):
        lap = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]
        u_next[1:-1, 1:-1] = 2.0 * u[1:-1, 1:-1] - u_prev[1:-1, 1:-1] + r2[1:-1, 1:-1] * lap
        u_next[src] += dt**2 * wavelet[it]
        record[it] = u_next[rec]
        u_prev, u, u_next = u, u_next, u_prev
    return record, u


def loss(c, wavelet, dt, src, rec):
    record, u = propagate(c, wavelet, dt, src, rec)
    return np.sum(record**2) + np.sum(np.sin(u))


def arguments(rng, n):
    wavelet = rng.standard_normal(n + 2)
    return rng.uniform(1.0, 1.5, (n, n)), wavelet, 0.4, (n // 2, n // 2), (n // 2, 1)
