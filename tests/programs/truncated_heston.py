"""Heston's model path by path in compiled loops: a variance that falls below 0 is cut off, and rises again."""

import math

import numpy as np
from numba import njit


@njit
def payoffs(S0, v0, kappa, theta, xi, rho, r, strike, dt, z1, z2, out):
    paths, steps = z1.shape
    below = 0
    for i in range(paths):
        s, v = S0, v0
        for j in range(steps):
            cut = max(v, 0.0)
            if v < 0.0:
                below += 1
            spread = math.sqrt(cut * dt)
            s += r * s * dt + s * spread * z1[i, j]
            v += kappa * (theta - cut) * dt + xi * spread * (rho * z1[i, j] + math.sqrt(1.0 - rho * rho) * z2[i, j])
        out[i] = max(s - strike, 0.0)
    return below


def loss(S0, v0, kappa, theta, xi, rho, r, strike, dt, z1, z2):
    out = np.empty(len(z1))
    below = payoffs(S0, v0, kappa, theta, xi, rho, r, strike, dt, z1, z2, out)
    return math.exp(-r * dt * z1.shape[1]) * out.mean() + 1e-3 * np.sum(out**2) / (1 + below)


def arguments(rng, n):
    return 100.0, 0.04, 1.0, 0.04, 1.1, -0.5, 0.02, 95.0, 0.1, rng.normal(size=(n, 2 * n)), rng.normal(size=(n, 2 * n))
