"""Heat on a ring and on a torus with np.roll, whole-array stores into a preallocated history; linear."""

import numpy as np

LINEAR = True
WRITES = ("T",)

ALPHA = 0.2


def heat_ring(u0, steps):
    u = np.empty((steps + 1, u0.size))
    u[0] = u0
    for t in range(steps):
        u[t + 1] = u[t] + ALPHA * (np.roll(u[t], 1) - 2 * u[t] + np.roll(u[t], -1))
    return u


def heat_torus(T, steps):
    for _ in range(steps):
        T += ALPHA * (
            np.roll(T, 1, axis=0) + np.roll(T, -1, axis=0) + np.roll(T, 1, axis=1) + np.roll(T, -1, axis=1) - 4 * T
        )
    return T


def plain_sum(u0, T, steps):
    u = heat_ring(u0, steps)
    T = heat_torus(T, steps)
    sensors = np.arange(u.size).reshape(u.shape) % 3
    return np.sum(sensors * u) + T[0, 0] - 2.0 * T[-1, 1] + np.mean(T)


def loss(u0, T, steps):
    u = heat_ring(u0, steps)
    T = heat_torus(T, steps)
    return np.mean(u**2) + np.sum(np.sin(T))


def arguments(rng, n):
    return rng.normal(size=n + 2), rng.normal(size=(n, n)), n
