"""A Lennard-Jones cluster: energy and forces by a loop over pairs, then a few steps of damped descent in place."""

import numpy as np


def lennard_jones(pos, epsilon, sigma):
    n = len(pos)
    F = np.zeros_like(pos)
    E = 0.0
    for i in range(n):
        for j in range(i + 1, n):
            d = pos[i] - pos[j]
            r2 = np.dot(d, d)
            s6 = (sigma**2 / r2) ** 3
            E += 4.0 * epsilon * (s6 * s6 - s6)
            f = 24.0 * epsilon * (2.0 * s6 * s6 - s6) / r2 * d
            F[i] += f
            F[j] -= f
    return E, F


def relax(pos, epsilon, sigma, steps, rate):
    pos = pos.copy()
    energies = np.zeros(steps)
    for k in range(steps):
        energies[k], F = lennard_jones(pos, epsilon, sigma)
        pos += rate * F
    return pos, energies


def loss(pos, epsilon, sigma, steps, rate):
    pos, energies = relax(pos, epsilon, sigma, steps, rate)
    E, F = lennard_jones(pos, epsilon, sigma)
    return E + 0.1 * np.sum(energies) + 0.05 * np.sum(F**2)


def arguments(rng, n):
    side = int(np.ceil(n ** (1 / 3)))
    grid = np.array([(i, j, k) for i in range(side) for j in range(side) for k in range(side)], dtype=float)
    pos = 1.25 * grid[:n] + 0.05 * rng.normal(size=(n, 3))
    return pos, 1.0, 1.05, 3, 1e-3
