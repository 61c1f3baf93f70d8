"""Lid-driven cavity by stream function and vorticity: `while True` with a break for psi, wall vorticity by slices."""

import numpy as np

WRITES = ("w", "psi")


def solve_psi(psi, w, h, tol):
    while True:
        old = psi.copy()
        psi[1:-1, 1:-1] = 0.25 * (old[2:, 1:-1] + old[:-2, 1:-1] + old[1:-1, 2:] + old[1:-1, :-2] + h**2 * w[1:-1, 1:-1])
        if np.max(np.abs(psi - old)) < tol:
            break


def step(w, psi, lid, nu, dt, h):
    w[-1, 1:-1] = -2.0 * psi[-2, 1:-1] / h**2 - 2.0 * lid / h
    w[0, 1:-1] = -2.0 * psi[1, 1:-1] / h**2
    w[1:-1, 0] = -2.0 * psi[1:-1, 1] / h**2
    w[1:-1, -1] = -2.0 * psi[1:-1, -2] / h**2
    u = (psi[2:, 1:-1] - psi[:-2, 1:-1]) / (2 * h)
    v = -(psi[1:-1, 2:] - psi[1:-1, :-2]) / (2 * h)
    wx = (w[1:-1, 2:] - w[1:-1, :-2]) / (2 * h)
    wy = (w[2:, 1:-1] - w[:-2, 1:-1]) / (2 * h)
    lap = (w[2:, 1:-1] + w[:-2, 1:-1] + w[1:-1, 2:] + w[1:-1, :-2] - 4 * w[1:-1, 1:-1]) / h**2
    w[1:-1, 1:-1] += dt * (nu * lap - u * wx - v * wy)


def loss(w, psi, lid, nu, nt, dt, h):
    for n in range(nt):
        solve_psi(psi, w, h, 1e-13)
        step(w, psi, lid, nu, dt, h)
    return h**2 * np.sum(w**2) + np.sum(psi**2) + np.sum(psi)


def arguments(rng, n):
    h = 1.0 / (n - 1)
    psi = np.zeros((n, n))
    psi[1:-1, 1:-1] = 0.05 * rng.standard_normal((n - 2, n - 2))
    return rng.standard_normal((n, n)), psi, 1.0, 0.1, 2, 0.5 * h**2, h
