"""Fluid as particles: density by a kernel over all pairs, pressure forces over near ones, one step in place."""

import numpy as np


def kernel(r, h):
    q = r / h
    return np.where(q < 1, (1 - q**2) ** 3, 0.0) * 4 / (np.pi * h**2)


def loss(position, velocity, mass, h, stiffness, dt):
    n = len(position)
    position, velocity = position.copy(), velocity.copy()
    for _ in range(2):
        d = position[:, None, :] - position[None, :, :]
        r = np.sqrt(np.sum(d**2, axis=-1))
        density = (mass[None, :] * kernel(r, h)).sum(axis=1)
        pressure = stiffness * (density - 1.0)
        force = np.zeros_like(position)
        for i in range(n):
            for j in range(n):
                if i == j or r[i, j] >= h:
                    continue
                slope = -24 / (np.pi * h**4) * (1 - (r[i, j] / h) ** 2) ** 2
                force[i] -= mass[j] * (pressure[i] / density[i] ** 2 + pressure[j] / density[j] ** 2) * slope * d[i, j]
        velocity += dt * force
        position += dt * velocity
    return np.sum(position**2) + 0.1 * np.sum(velocity**2) + np.sum(density)


def arguments(rng, n):
    return rng.random((n + 2, 2)), 0.1 * rng.normal(size=(n + 2, 2)), rng.uniform(0.1, 0.2, n + 2), 0.6, 0.5, 0.02
