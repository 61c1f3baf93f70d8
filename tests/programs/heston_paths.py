"""Heston's model: price and variance paths of many scenarios in one 3-D array, payoff of a barrier by running minima."""

import numpy as np


def simulate(S0, v0, kappa, theta, xi, rho, r, dt, z):
    n_steps, n_paths = z.shape[1], z.shape[2]
    path = np.zeros((2, n_steps + 1, n_paths))
    S, v = path[0], path[1]
    S[0] = S0
    v[0] = v0
    for t in range(n_steps):
        root = np.sqrt(v[t] * dt)
        z_v = rho * z[0, t] + np.sqrt(1 - rho**2) * z[1, t]
        S[t + 1] = S[t] * np.exp((r - 0.5 * v[t]) * dt + root * z[0, t])
        v[t + 1] = v[t] + kappa * (theta - v[t]) * dt + xi * root * z_v
        v[t + 1] = 0.5 * (v[t + 1] + np.sqrt(v[t + 1] ** 2 + 1e-4))
    return path


def loss(S0, v0, kappa, theta, xi, rho, r, dt, z, strike):
    S, _ = simulate(S0, v0, kappa, theta, xi, rho, r, dt, z)
    lowest = S[0].copy()
    for row in S[1:]:
        np.minimum(lowest, row, out=lowest)
    alive = 1.0 / (1.0 + np.exp(-(lowest - 0.8 * S0)))
    gain = S[-1] - strike
    payoff = 0.5 * (gain + np.sqrt(gain**2 + 1.0))
    payoff *= alive
    return np.exp(-r * dt * (len(S) - 1)) * payoff.mean()


def arguments(rng, n):
    return 100.0, 0.09, 1.5, 0.08, 0.3, -0.6, 0.02, 0.1, rng.normal(size=(2, n, 2 * n)), 99.0
