"""Heat equation in three dimensions with a diffusivity that varies in space, `un = u.copy()` in each step."""

import numpy as np

ANALYTIC = True
WRITES = ("u",)


def heat_3d(u, kappa, dt, nt):
    c = dt * kappa[1:-1, 1:-1, 1:-1]
    for n in range(nt):
        un = u.copy()
        u[1:-1, 1:-1, 1:-1] += c * (
            un[2:, 1:-1, 1:-1]
            + un[:-2, 1:-1, 1:-1]
            + un[1:-1, 2:, 1:-1]
            + un[1:-1, :-2, 1:-1]
            + un[1:-1, 1:-1, 2:]
            + un[1:-1, 1:-1, :-2]
            - 6.0 * un[1:-1, 1:-1, 1:-1]
        )


def loss(u, kappa, dt, nt):
    heat_3d(u, kappa, dt, nt)
    return np.mean((u - 0.5) ** 2)


def arguments(rng, n):
    shape = (n - 1, n, n - 1)
    return rng.standard_normal(shape), rng.uniform(0.5, 1.0, shape), 0.1, n // 2 + 1
