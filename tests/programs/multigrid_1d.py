"""Poisson equation in one dimension by multigrid: a V-cycle that calls itself, each level smoothed in place."""

import numpy as np

ANALYTIC = True
WRITES = ("u",)


def smooth(u, f, h, sweeps):
    for _ in range(sweeps):
        for i in range(1, len(u) - 1):
            u[i] = 0.5 * (u[i - 1] + u[i + 1] + h * h * f[i])


def residual(u, f, h):
    r = np.zeros_like(u)
    r[1:-1] = f[1:-1] + (u[2:] - 2.0 * u[1:-1] + u[:-2]) / h**2
    return r


def v_cycle(u, f, h):
    if len(u) <= 3:
        u[1] = 0.5 * (u[0] + u[2] + h * h * f[1])
        return
    smooth(u, f, h, 2)
    r = residual(u, f, h)
    coarse_f = r[::2].copy()
    coarse_f[1:-1] = 0.25 * (r[1:-2:2] + 2.0 * r[2:-1:2] + r[3::2])
    e = np.zeros_like(coarse_f)
    v_cycle(e, coarse_f, 2.0 * h)
    u[::2] += e
    u[1::2] += 0.5 * (e[:-1] + e[1:])
    smooth(u, f, h, 2)


def loss(u, f, cycles):
    h = 1.0 / (len(u) - 1)
    for _ in range(cycles):
        v_cycle(u, f, h)
    return np.sum(u**2) + np.sum(np.cos(u))


def arguments(rng, n):
    size = 2 ** int(np.ceil(np.log2(n))) + 1
    return rng.standard_normal(size), 5.0 * rng.standard_normal(size), 2
