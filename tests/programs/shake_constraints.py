"""A chain of atoms with bonds of fixed length: positions are corrected, bond by bond, until all hold."""

import numpy as np


def shake(x, before, mass, bonds, lengths):
    iterations = 0
    done = False
    while not done and iterations < 100:
        done = True
        for k, (i, j) in enumerate(bonds):
            r = x[i] - x[j]
            excess = r @ r - lengths[k] ** 2
            if abs(excess) > 1e-13:
                done = False
                old = before[i] - before[j]
                g = excess / (2 * (1 / mass[i] + 1 / mass[j]) * (r @ old))
                x[i] -= g / mass[i] * old
                x[j] += g / mass[j] * old
        iterations += 1


def loss(x, v, mass, lengths, gravity, dt):
    bonds = [(k, k + 1) for k in range(len(x) - 1)]
    energy = 0.0
    for _ in range(3):
        before = x.copy()
        x = x + dt * v
        x[:, 1] -= 0.5 * gravity * dt**2
        shake(x, before, mass, bonds, lengths)
        v = (x - before) / dt
        energy += 0.5 * np.sum(mass[:, None] * v**2)
    return energy + np.sum(x**2)


def arguments(rng, n):
    x = np.cumsum(np.c_[np.ones(4), 0.3 * rng.normal(size=(4, 2))], axis=0)
    lengths = np.linalg.norm(x[1:] - x[:-1], axis=1) * 1.01
    return x, 0.5 * rng.normal(size=(4, 3)), rng.uniform(1.0, 2.0, 4), lengths, 9.8, 0.01
