"""Rotors on a lattice: proposals by given random numbers, taken or not, energies by rolled lattices."""

import numpy as np


def loss(theta, field, width, draws, sites, beta):
    L = len(theta)
    theta = theta.copy()
    energy = 0.0
    for sweep in range(len(draws)):
        for k in range(draws.shape[1]):
            i, j = sites[sweep, k]
            shift, chance = draws[sweep, k] / 64
            new = theta[i, j] + width * (shift - 0.5)
            around = (theta[(i + 1) % L, j], theta[i - 1, j], theta[i, (j + 1) % L], theta[i, j - 1])
            change = sum(np.cos(theta[i, j] - t) - np.cos(new - t) for t in around)
            change += field * (np.cos(theta[i, j]) - np.cos(new))
            if change < 0 or chance < np.exp(-beta * change):
                theta[i, j] = new
        energy -= np.sum(np.cos(theta - np.roll(theta, 1, 0)) + np.cos(theta - np.roll(theta, 1, 1)))
    return energy - field * np.sum(np.cos(theta)) + np.sum(np.sin(theta) ** 2)


def arguments(rng, n):
    # whole numbers: whether a proposal is taken is a choice, not a number
    draws = rng.integers(1, 64, size=(2, 3 * n, 2))
    return rng.normal(size=(4, 4)), 0.3, 2.0, draws, rng.integers(0, 4, size=(2, 3 * n, 2)), 2
