"""Shallow water in one dimension: Richtmyer's two-step Lax-Wendroff on h and hu in place, reflecting walls."""

import numpy as np

ANALYTIC = True
WRITES = ("h", "hu")


def step(h, hu, g, dt, dx):
    f = hu**2 / h + 0.5 * g * h**2
    hm = 0.5 * (h[1:] + h[:-1]) - 0.5 * dt / dx * (hu[1:] - hu[:-1])
    hum = 0.5 * (hu[1:] + hu[:-1]) - 0.5 * dt / dx * (f[1:] - f[:-1])
    fm = hum**2 / hm + 0.5 * g * hm**2
    h[1:-1] -= dt / dx * (hum[1:] - hum[:-1])
    hu[1:-1] -= dt / dx * (fm[1:] - fm[:-1])
    h[0], h[-1] = h[1], h[-2]
    hu[0], hu[-1] = -hu[1], -hu[-2]


def loss(h, hu, g, dt, dx, nt):
    for n in range(nt):
        step(h, hu, g, dt, dx)
    return dx * np.sum(0.5 * hu**2 / h + 0.5 * g * h**2)


def arguments(rng, n):
    dx = 1.0 / n
    x = np.linspace(0.0, 1.0, n + 2)
    h = 1.0 + 0.3 * np.exp(-20.0 * (x - 0.4) ** 2) + 0.02 * rng.standard_normal(n + 2)
    return h, 0.1 * rng.standard_normal(n + 2), 9.81, 0.1 * dx, dx, n
