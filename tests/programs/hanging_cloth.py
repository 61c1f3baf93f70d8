"""A hanging net by position-based dynamics: pinned points by a mask, forces by np.add.at with repeated indices.

Constraints are projected one after another, each changing two rows of the positions.
"""

import numpy as np

ANALYTIC = True
WRITES = ("pos", "vel")


def project(pos, inv_mass, edges, rest, stiffness):
    for e in range(len(edges)):
        i, j = edges[e]
        d = pos[j] - pos[i]
        length = np.sqrt(np.sum(d**2))
        correction = stiffness * (length - rest[e]) / (inv_mass[i] + inv_mass[j]) * d / length
        pos[i] += inv_mass[i] * correction
        pos[j] -= inv_mass[j] * correction


def simulate(pos, vel, inv_mass, edges, rest, stiffness, gravity, dt, steps):
    pinned = inv_mass == 0
    for _ in range(steps):
        vel[:, 1] -= dt * gravity
        vel[pinned] = 0.0
        previous = pos.copy()
        pos += dt * vel
        for _ in range(3):
            project(pos, inv_mass, edges, rest, stiffness)
        vel[...] = (pos - previous) / dt
        vel *= 0.99


def loss(pos, vel, masses, edges, rest, stiffness, gravity, dt, steps):
    inv_mass = 1.0 / masses
    inv_mass[0] = 0.0
    simulate(pos, vel, inv_mass, edges, rest, stiffness, gravity, dt, steps)
    force = np.zeros_like(pos)
    stretch = pos[edges[:, 1]] - pos[edges[:, 0]]
    np.add.at(force, edges[:, 0], stretch)
    np.subtract.at(force, edges[:, 1], stretch)
    return np.mean(pos**2) + 0.1 * np.mean(vel**2) + 0.1 * np.sum(force**2)


def arguments(rng, n):
    pos = np.stack([np.arange(n), np.zeros(n)], axis=1) + 0.1 * rng.normal(size=(n, 2))
    edges = np.array([(i, i + 1) for i in range(n - 1)] + [(i, i + 2) for i in range(n - 2)])
    rest = np.array([1.0] * (n - 1) + [1.9] * (n - 2))
    return pos, 0.1 * rng.normal(size=(n, 2)), rng.uniform(0.5, 2, size=n), edges, rest, 0.8, 9.81, 0.05, 3
