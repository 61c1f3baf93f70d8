"""Poisson equation by red-black over-relaxation: strided slices of one array, written in place, with a source."""

import numpy as np

ANALYTIC = True
WRITES = ("u",)


def relax(u, f, omega, i0, j0):
    centre = u[i0:-1:2, j0:-1:2]
    north = u[i0 - 1 : -2 : 2, j0:-1:2]
    south = u[i0 + 1 :: 2, j0:-1:2]
    west = u[i0:-1:2, j0 - 1 : -2 : 2]
    east = u[i0:-1:2, j0 + 1 :: 2]
    centre += omega * (0.25 * (north + south + west + east - f[i0:-1:2, j0:-1:2]) - centre)


def red_black(u, f, omega, sweeps):
    for _ in range(sweeps):
        relax(u, f, omega, 1, 1)
        relax(u, f, omega, 2, 2)
        relax(u, f, omega, 1, 2)
        relax(u, f, omega, 2, 1)


def loss(u, f, omega, sweeps):
    red_black(u, f, omega, sweeps)
    return np.sum(u**2) + np.sum(np.sin(u))


def arguments(rng, n):
    n += 1 - n % 2
    return rng.standard_normal((n, n)), rng.standard_normal((n, n)), 1.3, n // 2 + 1
