"""Linear shallow water with rotation on a staggered grid, forward-backward in time; a tide drives one side."""

import numpy as np

ANALYTIC = True


def run(depth, eta0, f, g, dt, dx, tide):
    eta = eta0.copy()
    nx, ny = eta.shape
    u = np.zeros((nx + 1, ny), dtype=eta.dtype)
    v = np.zeros((nx, ny + 1), dtype=eta.dtype)
    for it, level in enumerate(tide):
        eta[0, :] = level
        vc = 0.5 * (v[:, 1:] + v[:, :-1])
        u[1:-1, :] += dt * (0.5 * f * (vc[1:, :] + vc[:-1, :]) - g * (eta[1:, :] - eta[:-1, :]) / dx)
        uc = 0.5 * (u[1:, :] + u[:-1, :])
        v[:, 1:-1] -= dt * (0.5 * f * (uc[:, 1:] + uc[:, :-1]) + g * (eta[:, 1:] - eta[:, :-1]) / dx)
        eta -= dt * depth / dx * (np.diff(u, axis=0) + np.diff(v, axis=1))
    return eta, u, v


def loss(depth, eta0, f, g, dt, dx, tide):
    eta, u, v = run(depth, eta0, f, g, dt, dx, tide)
    return 0.5 * g * np.sum(eta**2) + 0.5 * np.mean(u**2) + 0.5 * np.mean(v**2)


def arguments(rng, n):
    depth = rng.uniform(0.8, 1.2, (n, n - 1))
    return depth, rng.standard_normal((n, n - 1)), 0.5, 1.0, 0.2, 1.0, 0.3 * rng.standard_normal(n)
