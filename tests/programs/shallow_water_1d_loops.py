"""Shallow water over a bed, Rusanov fluxes by scalar loops; the state is one array U[variable, cell], dt from its waves."""

import numpy as np

WRITES = ("U",)


def physical_flux(h, q, g):
    return q, q * q / h + 0.5 * g * h * h


def rusanov(U, F, g):
    n = U.shape[1]
    for i in range(n - 1):
        hl, ql = U[:, i]
        hr, qr = U[:, i + 1]
        fl = physical_flux(hl, ql, g)
        fr = physical_flux(hr, qr, g)
        s = max(abs(ql / hl) + np.sqrt(g * hl), abs(qr / hr) + np.sqrt(g * hr))
        F[0, i] = 0.5 * (fl[0] + fr[0]) - 0.5 * s * (hr - hl)
        F[1, i] = 0.5 * (fl[1] + fr[1]) - 0.5 * s * (qr - ql)


def run(U, bed, g, dx, t_end):
    n = U.shape[1]
    F = np.zeros((2, n - 1))
    t = 0.0
    while t < t_end:
        fastest = 0.0
        for i in range(n):
            fastest = max(fastest, abs(U[1, i] / U[0, i]) + np.sqrt(g * U[0, i]))
        dt = 0.4 * dx / fastest
        if t + dt > t_end:
            dt = t_end - t
        rusanov(U, F, g)
        for i in range(1, n - 1):
            slope = (bed[i + 1] - bed[i - 1]) / (2.0 * dx)
            U[1, i] -= dt * g * U[0, i] * slope
            for k in range(2):
                U[k, i] -= dt / dx * (F[k, i] - F[k, i - 1])
        U[:, 0] = U[:, 1]
        U[:, -1] = U[:, -2]
        t += dt


def loss(U, bed, g, dx, t_end):
    run(U, bed, g, dx, t_end)
    return np.sum(U[0] ** 2) + np.sum(np.sin(U[1])) + 0.1 * np.sum(bed**2)


def arguments(rng, n):
    n += 2
    dx = 1.0 / n
    U = np.vstack([1.0 + 0.5 * rng.uniform(0.0, 1.0, n), 0.3 * rng.standard_normal(n)])
    return U, 0.1 * rng.standard_normal(n), 9.81, dx, 0.25 * dx
