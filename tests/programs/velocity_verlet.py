"""Leapfrog (velocity Verlet) for a chain of springs with a quartic term: forces are filled into a caller's array."""

import numpy as np


def compute_forces(x, k, alpha, F):
    """Forces on the masses of a chain with fixed ends, into F."""
    n = len(x)
    F[:] = 0.0
    for i in range(n + 1):
        left = x[i - 1] if i > 0 else 0.0
        right = x[i] if i < n else 0.0
        stretch = right - left
        f = k * stretch + alpha * stretch**3
        if i > 0:
            F[i - 1] += f
        if i < n:
            F[i] -= f


def verlet(x0, v0, mass, k, alpha, dt, steps):
    x = x0.copy()
    v = v0.copy()
    F = np.zeros_like(x)
    trajectory = np.zeros((steps, x.size))
    compute_forces(x, k, alpha, F)
    for s in range(steps):
        v += 0.5 * dt * F / mass
        x += dt * v
        compute_forces(x, k, alpha, F)
        v += 0.5 * dt * F / mass
        trajectory[s, :] = x
    return trajectory, v


def loss(x0, v0, mass, k, alpha, dt, steps):
    trajectory, v = verlet(x0, v0, mass, k, alpha, dt, steps)
    kinetic = 0.5 * np.sum(mass * v**2)
    return kinetic + np.mean(trajectory**2)


def arguments(rng, n):
    return 0.3 * rng.normal(size=n), 0.2 * rng.normal(size=n), rng.uniform(0.8, 1.5, size=n), 1.1, 0.4, 0.1, n + 2
