"""A birth-death chain: the generator's diagonal is written through a flat view, then the distribution is stepped in place."""

import numpy as np

ANALYTIC = True


def generator(birth, death):
    n = len(birth) + 1
    Q = np.zeros((n, n), dtype=birth.dtype)
    flat = Q.reshape(-1)
    flat[1 :: n + 1] = birth
    flat[n :: n + 1] = death
    flat[:: n + 1] = -Q.sum(axis=1)
    return Q


def loss(birth, death, p0, dt, nt):
    Q = generator(birth, death)
    p = p0 / np.sum(p0)
    history = np.empty((nt, len(p)), dtype=p.dtype)
    for t in range(nt):
        p += dt * (p @ Q)
        history[t] = p
    levels = np.arange(len(p))
    mean = history @ levels
    return np.sum(mean**2) - np.sum(p * np.log(p))


def arguments(rng, n):
    return rng.uniform(0.5, 1.0, n), rng.uniform(0.5, 1.0, n), rng.uniform(0.5, 1.0, n + 1), 0.1, n
