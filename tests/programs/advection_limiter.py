"""Advection with a flux-limited Lax-Wendroff scheme (van Leer's limiter), slices, periodic by ghost cells."""

import numpy as np

WRITES = ("q",)


def van_leer(r):
    return (r + np.abs(r)) / (1.0 + np.abs(r))


def advect(q, c, dt, dx, nt):
    nu = c * dt / dx
    qg = np.empty(len(q) + 4)
    for n in range(nt):
        qg[2:-2] = q
        qg[:2] = q[-2:]
        qg[-2:] = q[:2]
        dq = np.diff(qg)
        r = dq[:-1] / (dq[1:] + 1e-6)
        flux = c * qg[1:-2] + 0.5 * c * (1.0 - nu) * van_leer(r[:-1] + 0.0) * dq[1:-1]
        flux = flux[: len(q) + 1]
        q -= dt / dx * (flux[1:] - flux[:-1])


def loss(q, c, dt, dx, nt):
    advect(q, c, dt, dx, nt)
    return dx * np.sum(q**2) + np.sum(np.sin(q))


def arguments(rng, n):
    x = np.arange(n + 1) / (n + 1)
    q = 2.0 + np.sin(2.0 * np.pi * x) + 0.05 * rng.standard_normal(n + 1)
    return q, 1.0, 0.4 / (n + 1), 1.0 / (n + 1), 3
