"""exp(A) by scaling and squaring: a Taylor sum in place, squared into itself; the chain's distribution over time."""

import numpy as np


def expm(A, terms=14):
    norm = np.abs(A).sum(axis=1).max()
    squarings = 0
    while norm > 0.5:
        norm /= 2.0
        squarings += 1
    X = A / 2**squarings
    term = np.eye(len(A))
    E = np.eye(len(A))
    for k in range(1, terms):
        term = term @ X / k
        E += term
    for _ in range(squarings):
        E[:] = E @ E
    return E


def generator(rates):
    Q = rates.copy()
    for i in range(len(Q)):
        Q[i, i] = 0.0
        Q[i, i] = -Q[i].sum()
    return Q


def loss(rates, start, dt, counts):
    P = expm(dt * generator(rates))
    p = np.empty((len(counts) + 1, len(start)))
    p[0] = start / start.sum()
    for t in range(len(counts)):
        p[t + 1] = p[t] @ P
    return -np.sum(counts * np.log(p[1:]))


def arguments(rng, n):
    return rng.uniform(0.5, 1.5, (n, n)), rng.uniform(0.5, 1, n), 0.4, rng.integers(1, 5, (3, n))
