"""Electrostatic particles in a periodic cell: charge deposited with np.add.at, field by a running sum, a leapfrog push."""

import numpy as np

WRITES = ("x", "v")


def deposit(rho, x, weight, dx):
    rho.fill(0.0)
    cell = np.floor(x / dx).astype(int)
    fraction = x / dx - cell
    np.add.at(rho, cell % len(rho), weight * (1.0 - fraction) / dx)
    np.add.at(rho, (cell + 1) % len(rho), weight * fraction / dx)


def field(rho, E, dx):
    excess = rho - np.mean(rho)
    E[0] = 0.0
    for i in range(1, len(rho)):
        E[i] = E[i - 1] + 0.5 * dx * (excess[i] + excess[i - 1])
    E -= np.mean(E)


def push(x, v, E, dt, dx):
    cell = np.floor(x / dx).astype(int)
    fraction = x / dx - cell
    n = len(E)
    v += dt * ((1.0 - fraction) * E[cell % n] + fraction * E[(cell + 1) % n])
    x += dt * v


def loss(x, v, weight, dt, dx, cells, nt):
    rho = np.empty(cells)
    E = np.empty(cells)
    energy = np.zeros(nt)
    for n in range(nt):
        deposit(rho, x, weight, dx)
        field(rho, E, dx)
        push(x, v, E, dt, dx)
        energy[n] = 0.5 * dx * np.sum(E**2)
    return np.sum(energy) + 0.5 * np.sum(weight * v**2) + np.sum(np.sin(x))


def arguments(rng, n):
    cells, dx = n, 0.5
    particles = 2 * n
    x = dx * (np.arange(particles) % cells + rng.uniform(0.3, 0.7, particles))
    return x, 0.1 * rng.standard_normal(particles), rng.uniform(0.5, 1.0, particles), 0.1, dx, cells, 3
