"""Thomas algorithm that overwrites the diagonal and the right-hand side, for implicit diffusion over several steps."""

import numpy as np

ANALYTIC = True
WRITES = ("u",)


def tridag(a, b, c, d):
    """Solve in place: b is destroyed, d becomes the solution; a[0] and c[-1] are not used."""
    for i in range(1, len(d)):
        w = a[i] / b[i - 1]
        b[i] -= w * c[i - 1]
        d[i] -= w * d[i - 1]
    d[-1] /= b[-1]
    for i in range(len(d) - 2, -1, -1):
        d[i] = (d[i] - c[i] * d[i + 1]) / b[i]


def diffuse(u, kappa, dt, dx, nt):
    n = len(u)
    a = np.zeros(n, dtype=u.dtype)
    b = np.zeros(n, dtype=u.dtype)
    c = np.zeros(n, dtype=u.dtype)
    for it in range(nt):
        r = kappa * dt / dx**2
        a[1:] = -r
        c[:-1] = -r
        b[:] = 1.0 - a - c
        tridag(a, b, c, u)


def loss(u, kappa, dt, dx, nt):
    diffuse(u, kappa, dt, dx, nt)
    return np.sum(u**2) + np.sum(np.tanh(u))


def arguments(rng, n):
    return rng.standard_normal(n + 1), rng.uniform(0.5, 1.5, n), 0.2, 0.7, 3
