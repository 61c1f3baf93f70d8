"""Gravity between n bodies, leapfrog; energies of each step through a tuple of items, `KE[i], PE[i] = ...`."""

import numpy as np


def acceleration(pos, mass, G, softening):
    # all separations at once
    dx = pos[:, 0:1].T - pos[:, 0:1]
    dy = pos[:, 1:2].T - pos[:, 1:2]
    dz = pos[:, 2:3].T - pos[:, 2:3]
    inv_r3 = (dx**2 + dy**2 + dz**2 + softening**2) ** (-1.5)
    a = np.empty_like(pos)
    a[:, 0] = G * (dx * inv_r3) @ mass
    a[:, 1] = G * (dy * inv_r3) @ mass
    a[:, 2] = G * (dz * inv_r3) @ mass
    return a


def energies(pos, vel, mass, G, softening):
    KE = 0.5 * np.sum(mass * np.sum(vel**2, axis=1))
    PE = 0.0
    for i in range(len(mass)):
        for j in range(i):
            d = pos[i] - pos[j]
            PE -= G * mass[i] * mass[j] / np.sqrt(d @ d + softening**2)
    return KE, PE


def simulate(mass, pos, vel, steps, dt, G, softening):
    pos = pos.copy()
    vel = vel - np.mean(mass[:, None] * vel, axis=0) / np.mean(mass)
    acc = acceleration(pos, mass, G, softening)
    KE = np.ndarray(steps + 1)
    PE = np.ndarray(steps + 1)
    KE[0], PE[0] = energies(pos, vel, mass, G, softening)
    for i in range(steps):
        vel += acc * dt / 2.0
        pos += vel * dt
        acc[:] = acceleration(pos, mass, G, softening)
        vel += acc * dt / 2.0
        KE[i + 1], PE[i + 1] = energies(pos, vel, mass, G, softening)
    return pos, vel, KE, PE


def loss(mass, pos, vel, steps, dt, G, softening):
    pos, vel, KE, PE = simulate(mass, pos, vel, steps, dt, G, softening)
    return np.mean(KE) + 0.5 * np.mean(PE) + 0.1 * np.sum(pos**2) + 0.1 * np.sum(pos * vel)


def arguments(rng, n):
    return 20.0 * rng.uniform(0.5, 1.5, n) / n, rng.normal(size=(n, 3)), rng.normal(size=(n, 3)), 4, 0.02, 0.5, 0.3
