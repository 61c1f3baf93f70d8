"""Explicit heat equation in one dimension with two buffers whose names are swapped after each step."""

import numpy as np

ANALYTIC = True
LINEAR = True

R = 0.4


def heat(u0, nt):
    u = u0.copy()
    v = u0.copy()
    for it in range(nt):
        for i in range(1, u.size - 1):
            v[i] = u[i] + R * (u[i + 1] - 2.0 * u[i] + u[i - 1])
        u, v = v, u
    return u


def plain_sum(u0, nt):
    return np.sum(heat(u0, nt))


def loss(u0, nt):
    u = heat(u0, nt)
    return np.sum(np.tanh(u)) + u[1] * u[-2]


def arguments(rng, n):
    return rng.standard_normal(n + 2), n // 2 + 2
