"""Advection by Lax-Wendroff under van Leer's limiter: ghost cells by slices, limited slopes stored through a mask."""

import numpy as np

WRITES = ("q",)


def limited(a, b):
    """Harmonic mean of two neighbouring differences where they have one sign, zero elsewhere."""
    slope = np.zeros_like(a)
    ab = a * b
    mask = ab > 0.0
    slope[mask] = 2.0 * ab[mask] / (a[mask] + b[mask])
    return slope


def advect(q, c, dt, dx, nt):
    nu = c * dt / dx
    qg = np.empty(len(q) + 4)
    for n in range(nt):
        qg[2:-2] = q
        qg[:2] = q[-2:]
        qg[-2:] = q[:2]
        dq = np.diff(qg)
        slope = limited(dq[:-2], dq[1:-1])
        flux = c * (qg[1:-2] + 0.5 * (1.0 - nu) * slope)
        q -= dt / dx * (flux[1:] - flux[:-1])


def loss(q, c, dt, dx, nt):
    advect(q, c, dt, dx, nt)
    return dx * np.sum(q**2) + np.sum(np.sin(q))


def arguments(rng, n):
    n += 3
    x = np.arange(n) / n
    return 2.0 + np.sin(2.0 * np.pi * x) + 0.05 * rng.standard_normal(n), 1.0, 0.4 / n, 1.0 / n, 3
