"""Finite differences in time domain for a transverse wave (ex, ey, hz), by scalar loops, in place, with a source."""

import numpy as np

ANALYTIC = True
LINEAR = True
WRITES = ("ex", "ey", "hz")


def fdtd_2d(ex, ey, hz, source):
    nx, ny = hz.shape
    for t in range(len(source)):
        for j in range(ny):
            ey[0, j] = source[t]
        for i in range(1, nx):
            for j in range(ny):
                ey[i, j] = ey[i, j] - 0.5 * (hz[i, j] - hz[i - 1, j])
        for i in range(nx):
            for j in range(1, ny):
                ex[i, j] = ex[i, j] - 0.5 * (hz[i, j] - hz[i, j - 1])
        for i in range(nx - 1):
            for j in range(ny - 1):
                hz[i, j] = hz[i, j] - 0.7 * (ex[i, j + 1] - ex[i, j] + ey[i + 1, j] - ey[i, j])


def plain_sum(ex, ey, hz, source):
    fdtd_2d(ex, ey, hz, source)
    return np.sum(ex) + np.sum(ey) + np.sum(hz)


def loss(ex, ey, hz, source):
    fdtd_2d(ex, ey, hz, source)
    return np.sum(ex**2) + np.sum(np.sin(ey)) + np.sum(hz**2)


def arguments(rng, n):
    shape = (n, n + 1)
    fields = (rng.standard_normal(shape) for _ in range(3))
    return *fields, rng.standard_normal(n // 2 + 1)
