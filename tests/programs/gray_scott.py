"""Gray-Scott reaction and diffusion: two species in padded arrays, periodic sides copied by slices, interior views kept."""

import numpy as np

ANALYTIC = True


def periodic(Z):
    Z[0, :] = Z[-2, :]
    Z[-1, :] = Z[1, :]
    Z[:, 0] = Z[:, -2]
    Z[:, -1] = Z[:, 1]


def laplacian(Z):
    return Z[:-2, 1:-1] + Z[1:-1, :-2] - 4.0 * Z[1:-1, 1:-1] + Z[1:-1, 2:] + Z[2:, 1:-1]


def gray_scott(U, V, Du, Dv, F, k, steps):
    u, v = U[1:-1, 1:-1], V[1:-1, 1:-1]
    for i in range(steps):
        periodic(U)
        periodic(V)
        Lu = laplacian(U)
        Lv = laplacian(V)
        uvv = u * v * v
        u += Du * Lu - uvv + F * (1.0 - u)
        v += Dv * Lv + uvv - (F + k) * v


def loss(u0, v0, Du, Dv, F, k, steps):
    nx, ny = u0.shape
    U = np.zeros((nx + 2, ny + 2), dtype=u0.dtype)
    V = np.zeros((nx + 2, ny + 2), dtype=v0.dtype)
    U[1:-1, 1:-1] = u0
    V[1:-1, 1:-1] = v0
    gray_scott(U, V, Du, Dv, F, k, steps)
    return np.mean(V**2) + np.mean(np.sin(U))


def arguments(rng, n):
    shape = (n, n - 1)
    return rng.uniform(0.5, 1.0, shape), rng.uniform(0.0, 0.5, shape), 0.16, 0.08, 0.06, 0.062, 4
