"""Electromagnetic pulse in a lossy medium on a staggered grid: fields of different shapes, material constants as fields."""

import numpy as np

ANALYTIC = True


def fdtd(eps, sigma, nt, dt):
    nx, ny = eps.shape
    ez = np.zeros((nx, ny), dtype=eps.dtype)
    hx = np.zeros((nx, ny - 1), dtype=eps.dtype)
    hy = np.zeros((nx - 1, ny), dtype=eps.dtype)
    loss_factor = 0.5 * sigma * dt / eps
    ca = (1.0 - loss_factor) / (1.0 + loss_factor)
    cb = dt / eps / (1.0 + loss_factor)
    seen = np.zeros(nt, dtype=eps.dtype)
    for it in range(nt):
        hx -= dt * np.diff(ez, axis=1)
        hy += dt * np.diff(ez, axis=0)
        ez *= ca
        ez[1:-1, 1:-1] += cb[1:-1, 1:-1] * (
            hy[1:, 1:-1] - hy[:-1, 1:-1] - hx[1:-1, 1:] + hx[1:-1, :-1]
        )
        ez[nx // 2, ny // 2] += np.exp(-0.5 * (it - 1.5) ** 2)
        seen[it] = ez[1, 1]
    return ez, hx, hy, seen


def loss(eps, sigma, nt, dt):
    ez, hx, hy, seen = fdtd(eps, sigma, nt, dt)
    return np.sum(eps * ez**2) + np.sum(hx**2) + np.sum(hy**2) + np.sum(seen)


def arguments(rng, n):
    return rng.uniform(1.0, 2.0, (n, n)), rng.uniform(0.1, 0.5, (n, n)), n, 0.5
