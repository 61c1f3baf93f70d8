"""Euler equations in a tube by HLL fluxes: a state array (cells, 3) whose columns are views, primitives in work arrays."""

import numpy as np

WRITES = ("U",)


def primitives(U, W, gamma):
    W[:, 0] = U[:, 0]
    W[:, 1] = U[:, 1] / U[:, 0]
    W[:, 2] = (gamma - 1.0) * (U[:, 2] - 0.5 * U[:, 1] * W[:, 1])


def flux(U, W):
    F = np.empty_like(U)
    F[:, 0] = U[:, 1]
    F[:, 1] = U[:, 1] * W[:, 1] + W[:, 2]
    F[:, 2] = (U[:, 2] + W[:, 2]) * W[:, 1]
    return F


def hll(U, W, gamma):
    F = flux(U, W)
    a = np.sqrt(gamma * W[:, 2] / W[:, 0])
    sl = np.minimum(W[:-1, 1] - a[:-1], W[1:, 1] - a[1:])
    sr = np.maximum(W[:-1, 1] + a[:-1], W[1:, 1] + a[1:])
    sl = np.minimum(sl, 0.0)[:, None]
    sr = np.maximum(sr, 0.0)[:, None]
    return (sr * F[:-1] - sl * F[1:] + sl * sr * (U[1:] - U[:-1])) / (sr - sl)


def run(U, gamma, dt, dx, nt):
    W = np.zeros_like(U)
    for n in range(nt):
        primitives(U, W, gamma)
        F = hll(U, W, gamma)
        U[1:-1] -= dt / dx * (F[1:] - F[:-1])
    primitives(U, W, gamma)
    return W


def loss(U, gamma, dt, dx, nt):
    W = run(U, gamma, dt, dx, nt)
    density, velocity, pressure = W[:, 0], W[:, 1], W[:, 2]
    return np.sum(pressure / density**gamma) + np.sum(velocity**2)


def arguments(rng, n):
    n += 2
    left = np.arange(n) < n // 2
    density = np.where(left, 1.0, 0.5) * (1.0 + 0.05 * rng.standard_normal(n))
    velocity = 0.1 * rng.standard_normal(n)
    pressure = np.where(left, 1.0, 0.4) * (1.0 + 0.05 * rng.standard_normal(n))
    energy = pressure / 0.4 + 0.5 * density * velocity**2
    return np.stack([density, density * velocity, energy], axis=1), 1.4, 0.2 / n, 1.0 / n, 3
