"""Upwind advection with a Lax-Wendroff correction under the superbee limiter: scalar loops, branches on the slopes."""

import numpy as np


def superbee(a, b):
    """The limited slope of two neighbouring differences: zero where their signs differ."""
    if a * b <= 0.0:
        return 0.0
    if a > 0.0:
        return max(min(2.0 * a, b), min(a, 2.0 * b))
    return min(max(2.0 * a, b), max(a, 2.0 * b))


def fluxes(q, velocity, dt, dx, flux):
    n = len(q)
    for i in range(n):
        left = q[i - 1]
        nu = velocity[i] * dt / dx
        if velocity[i] > 0.0:
            slope = superbee(q[i - 1] - q[i - 2], q[i] - q[i - 1])
            flux[i] = velocity[i] * (left + 0.5 * (1.0 - nu) * slope)
        else:
            slope = superbee(q[(i + 1) % n] - q[i], q[i] - q[i - 1])
            flux[i] = velocity[i] * (q[i] - 0.5 * (1.0 + nu) * slope)


def advect(q, velocity, dt, dx, nt):
    flux = np.empty(len(q))
    for step in range(nt):
        fluxes(q, velocity, dt, dx, flux)
        for i in range(len(q)):
            if i + 1 < len(q):
                q[i] -= dt / dx * (flux[i + 1] - flux[i])
            else:
                q[i] -= dt / dx * (flux[0] - flux[i])


def loss(q0, velocity, dt, dx, nt):
    q = q0.copy()
    advect(q, velocity, dt, dx, nt)
    return np.sum((q - 1.0) ** 2) + np.sum(np.cos(q))


def arguments(rng, n):
    n += 3
    x = np.arange(n) / n
    q0 = 1.5 + np.sin(2.0 * np.pi * x) + 0.1 * rng.standard_normal(n)
    velocity = np.where(x < 0.6, 1.0, -0.8) + 0.1 * rng.standard_normal(n)
    return q0, velocity, 0.3 / n, 1.0 / n, 2
