"""A spinning rigid body: attitude as a quaternion, normalised in place, and its rotation matrix filled row by row."""

import numpy as np


def rotation(q, R):
    w, x, y, z = q
    R[0, :] = 1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)
    R[1, :] = 2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)
    R[2, :] = 2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)


def spin(q, omega, inertia, dt):
    """One step, q and omega in place."""
    w, x, y, z = q.copy()
    p, r, s = omega
    q[0] += 0.5 * dt * (-x * p - y * r - z * s)
    q[1] += 0.5 * dt * (w * p + y * s - z * r)
    q[2] += 0.5 * dt * (w * r + z * p - x * s)
    q[3] += 0.5 * dt * (w * s + x * r - y * p)
    q /= np.sqrt(np.sum(q * q))
    omega[0] += dt * (inertia[1] - inertia[2]) / inertia[0] * r * s
    omega[1] += dt * (inertia[2] - inertia[0]) / inertia[1] * s * p
    omega[2] += dt * (inertia[0] - inertia[1]) / inertia[2] * p * r


def loss(q0, omega0, inertia, antenna, dt, steps):
    q, omega = q0 / np.linalg.norm(q0), omega0.copy()
    R = np.empty((3, 3))
    pointing = np.zeros((steps, 3))
    for k in range(steps):
        spin(q, omega, inertia, dt)
        rotation(q, R)
        pointing[k] = R @ antenna
    energy = 0.5 * np.sum(inertia * omega**2)
    return np.sum(pointing[:, 2] ** 2) + energy + np.mean(pointing[:, 0])


def arguments(rng, n):
    return rng.normal(size=4), rng.normal(size=3), np.array([1.0, 2.0, 2.6]), rng.normal(size=3), 0.1, n
