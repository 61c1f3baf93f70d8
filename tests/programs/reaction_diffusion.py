"""Gray and Scott's reaction-diffusion on a torus: ghost cells are filled, the interior is updated through views."""

import numpy as np

ANALYTIC = True
WRITES = ("U", "V")


def fill_borders(Z):
    Z[0, :] = Z[-2, :]
    Z[-1, :] = Z[1, :]
    Z[:, 0] = Z[:, -2]
    Z[:, -1] = Z[:, 1]


def laplacian(Z):
    return Z[:-2, 1:-1] + Z[1:-1, :-2] - 4 * Z[1:-1, 1:-1] + Z[1:-1, 2:] + Z[2:, 1:-1]


def gray_scott(U, V, Du, Dv, F, k, steps):
    u, v = U[1:-1, 1:-1], V[1:-1, 1:-1]
    for _ in range(steps):
        Lu = laplacian(U)
        Lv = laplacian(V)
        uvv = u * v * v
        u += Du * Lu - uvv + F * (1 - u)
        v += Dv * Lv + uvv - (F + k) * v
        fill_borders(U)
        fill_borders(V)


def loss(U, V, Du, Dv, F, k, steps):
    gray_scott(U, V, Du, Dv, F, k, steps)
    return np.mean(U**2) + np.mean(V**2) + np.mean(U * V)


def arguments(rng, n):
    U0 = rng.uniform(0.5, 1.0, size=(n + 2, n + 2))
    V0 = rng.uniform(0.1, 0.4, size=(n + 2, n + 2))
    return U0, V0, 0.16, 0.08, 0.06, 0.062, 4
