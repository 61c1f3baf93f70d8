"""The energy of an Ising model with continuous spins on a torus, its mean field by sweeps, and a magnetisation."""

import numpy as np

ANALYTIC = True
WRITES = ("m",)


def energy(spins, J, h):
    n, m = spins.shape
    E = 0.0
    for i in range(n):
        for j in range(m):
            E -= J * spins[i, j] * (spins[(i + 1) % n, j] + spins[i, (j + 1) % m])
            E -= h[i, j] * spins[i, j]
    return E


def mean_field(m, J, h, beta, sweeps):
    """Sweeps in place: each site sees the neighbours that are new already.  Even sites first, then odd ones."""
    rows, cols = m.shape
    for _ in range(sweeps):
        for colour in range(2):
            for i in range(rows):
                for j in range((i + colour) % 2, cols, 2):
                    field = m[i - 1, j] + m[(i + 1) % rows, j] + m[i, j - 1] + m[i, (j + 1) % cols]
                    m[i, j] = np.tanh(beta * (J * field + h[i, j]))


def loss(m, J, h, beta, sweeps):
    before = energy(m, J, h)
    mean_field(m, J, h, beta, sweeps)
    return (before + energy(m, J, h)) / m.size + np.mean(m) ** 2


def arguments(rng, n):
    side = n + n % 2
    spins = rng.uniform(-1, 1, size=(side, side))
    return spins, 0.7, 0.3 * rng.normal(size=(side, side)), 0.6, 3
