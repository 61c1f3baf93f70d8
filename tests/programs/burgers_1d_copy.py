"""Viscous Burgers equation in one dimension, `un = u.copy()` in each step, periodic ends set by hand."""

import numpy as np

ANALYTIC = True
WRITES = ("u",)


def burgers(u, nt, dt, dx, nu):
    for n in range(nt):
        un = u.copy()
        u[1:-1] = (
            un[1:-1]
            - un[1:-1] * dt / dx * (un[1:-1] - un[:-2])
            + nu * dt / dx**2 * (un[2:] - 2 * un[1:-1] + un[:-2])
        )
        u[0] = un[0] - un[0] * dt / dx * (un[0] - un[-2]) + nu * dt / dx**2 * (un[1] - 2 * un[0] + un[-2])
        u[-1] = u[0]


def loss(u, nt, dt, dx, nu):
    burgers(u, nt, dt, dx, nu)
    return dx * np.sum(u**2)


def arguments(rng, n):
    dx = 2.0 * np.pi / n
    x = dx * np.arange(n + 1)
    u = 1.5 + np.sin(x) + 0.1 * rng.standard_normal(n + 1)
    return u, n, 0.1 * dx, dx, 0.3 * dx
