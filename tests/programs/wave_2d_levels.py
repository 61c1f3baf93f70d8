"""Wave equation in two dimensions with all time levels in one array u[t, i, j], by scalar loops; reflecting sides."""

import numpy as np

ANALYTIC = True
LINEAR = True

COURANT2 = 0.3


def leapfrog(u0, v0, nt):
    nx, ny = u0.shape
    u = np.zeros((nt + 1, nx, ny), dtype=u0.dtype)
    u[0] = u0
    u[1] = u0 + v0
    for t in range(1, nt):
        for i in range(nx):
            for j in range(ny):
                west = u[t, i - 1, j] if i > 0 else u[t, 1, j]
                east = u[t, i + 1, j] if i < nx - 1 else u[t, nx - 2, j]
                south = u[t, i, j - 1] if j > 0 else u[t, i, 1]
                north = u[t, i, j + 1] if j < ny - 1 else u[t, i, ny - 2]
                lap = west + east + south + north - 4.0 * u[t, i, j]
                u[t + 1, i, j] = 2.0 * u[t, i, j] - u[t - 1, i, j] + COURANT2 * lap
    return u


def plain_sum(u0, v0, nt):
    return np.sum(leapfrog(u0, v0, nt))


def loss(u0, v0, nt):
    u = leapfrog(u0, v0, nt)
    return np.sum(np.tanh(u[-1])) + np.sum(u**2) / len(u)


def arguments(rng, n):
    return rng.standard_normal((n, n - 1)), 0.3 * rng.standard_normal((n, n - 1)), n
