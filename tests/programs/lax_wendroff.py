"""Lax-Wendroff advection in two directions by splitting; np.roll for neighbours, results stored back with `u[:] =`."""

import numpy as np

ANALYTIC = True
LINEAR = True
WRITES = ("u",)

CX, CY = 0.4, 0.3


def sweep(u, c, axis):
    up = np.roll(u, -1, axis=axis)
    um = np.roll(u, 1, axis=axis)
    u[:] = u - 0.5 * c * (up - um) + 0.5 * c**2 * (up - 2.0 * u + um)


def advect(u, nt):
    for n in range(nt):
        if n % 2 == 0:
            sweep(u, CX, 0)
            sweep(u, CY, 1)
        else:
            sweep(u, CY, 1)
            sweep(u, CX, 0)


def plain_sum(u, nt):
    advect(u, nt)
    return np.sum(u)


def loss(u, nt):
    advect(u, nt)
    return np.sum(np.tanh(u))


def arguments(rng, n):
    return rng.standard_normal((n, n + 1)), 3
