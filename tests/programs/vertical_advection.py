"""Vertical advection, Crank-Nicolson in time: a tridiagonal solve in each column, on horizontal planes of 3-D fields."""

import numpy as np

ANALYTIC = True
WRITES = ("u",)


def advect(u, w, dt, dz):
    nz = u.shape[2]
    c = np.zeros_like(u)
    d = np.zeros_like(u)
    for k in range(nz):
        if k == 0:
            flux = w[:, :, 1] * (u[:, :, 1] - u[:, :, 0]) / dz
            lower = 0.0
            upper = 0.5 * dt * w[:, :, 1] / dz
            diagonal = 1.0 - upper
        elif k == nz - 1:
            flux = w[:, :, k] * (u[:, :, k] - u[:, :, k - 1]) / dz
            lower = -0.5 * dt * w[:, :, k] / dz
            upper = 0.0
            diagonal = 1.0 - lower
        else:
            lower = -0.25 * dt * w[:, :, k] / dz
            upper = 0.25 * dt * w[:, :, k + 1] / dz
            flux = 0.5 * w[:, :, k + 1] * (u[:, :, k + 1] - u[:, :, k]) / dz
            flux += 0.5 * w[:, :, k] * (u[:, :, k] - u[:, :, k - 1]) / dz
            diagonal = 1.0 - lower - upper
        rhs = u[:, :, k] - 0.5 * dt * flux
        if k == 0:
            c[:, :, k] = upper / diagonal
            d[:, :, k] = rhs / diagonal
        else:
            pivot = diagonal - lower * c[:, :, k - 1]
            c[:, :, k] = upper / pivot
            d[:, :, k] = (rhs - lower * d[:, :, k - 1]) / pivot
    u[:, :, nz - 1] = d[:, :, nz - 1]
    for k in range(nz - 2, -1, -1):
        u[:, :, k] = d[:, :, k] - c[:, :, k] * u[:, :, k + 1]


def loss(u, w, dt, dz, nt):
    for n in range(nt):
        advect(u, w, dt, dz)
    return np.sum(u**2) + np.sum(np.sin(u))


def arguments(rng, n):
    shape = (n - 2, n - 1, n)
    return rng.standard_normal(shape), 0.5 * rng.standard_normal(shape), 0.4, 0.8, 2
