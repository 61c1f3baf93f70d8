"""Finite differences in time domain for a transverse wave on a staggered grid, with slices; a probe is recorded."""

import numpy as np

ANALYTIC = True
LINEAR = True
WRITES = ("ex", "ey", "hz")


def fdtd_2d(ex, ey, hz, source):
    probe = np.empty(len(source), dtype=hz.dtype)
    for t, s in enumerate(source):
        ey[0, :] = s
        ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])
        probe[t] = hz[1, 1]
    return probe


def plain_sum(ex, ey, hz, source):
    probe = fdtd_2d(ex, ey, hz, source)
    return np.sum(probe) + np.sum(hz) + np.sum(ex) - np.sum(ey)


def loss(ex, ey, hz, source):
    probe = fdtd_2d(ex, ey, hz, source)
    return np.sum(probe**2) + np.mean(hz**2) + np.mean(np.cos(ex)) + np.mean(np.sin(ey))


def arguments(rng, n):
    shape = (n, n)
    fields = (rng.standard_normal(shape) for _ in range(3))
    return *fields, rng.standard_normal(n // 2 + 2)
