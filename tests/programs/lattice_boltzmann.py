"""Lattice Boltzmann flow past an obstacle: collision in place, streaming by np.roll, bounce-back through a boolean mask."""

import numpy as np

ANALYTIC = True
WRITES = ("f",)

CX = np.array([0, 1, 0, -1, 0, 1, -1, -1, 1])
CY = np.array([0, 0, 1, 0, -1, 1, 1, -1, -1])
WEIGHTS = np.array([4 / 9] + [1 / 9] * 4 + [1 / 36] * 4)
OPPOSITE = np.array([0, 3, 4, 1, 2, 7, 8, 5, 6])


def moments(f):
    rho = np.sum(f, axis=0)
    ux = (f[1] + f[5] + f[8] - f[3] - f[6] - f[7]) / rho
    uy = (f[2] + f[5] + f[6] - f[4] - f[7] - f[8]) / rho
    return rho, ux, uy


def collide(f, omega, force):
    rho, ux, uy = moments(f)
    ux += force / (omega * rho)
    speed2 = 1.5 * (ux**2 + uy**2)
    for k in range(9):
        cu = 3.0 * (CX[k] * ux + CY[k] * uy)
        equilibrium = WEIGHTS[k] * rho * (1.0 + cu + 0.5 * cu**2 - speed2)
        f[k] += omega * (equilibrium - f[k])


def stream(f, solid):
    for k in range(9):
        f[k] = np.roll(np.roll(f[k], CX[k], axis=0), CY[k], axis=1)
    inside = f[:, solid]
    f[:, solid] = inside[OPPOSITE]


def loss(f, omega, force, solid, nt):
    for t in range(nt):
        collide(f, omega, force)
        stream(f, solid)
    rho, ux, uy = moments(f)
    return np.sum(rho * (ux**2 + uy**2)) + np.sum(np.log(rho))


def arguments(rng, n):
    nx, ny = n, n - 1
    f = WEIGHTS[:, None, None] * (1.0 + 0.1 * rng.standard_normal((9, nx, ny)))
    solid = np.zeros((nx, ny), dtype=bool)
    solid[nx // 2, 1:3] = True
    return f, 1.1, 0.02, solid, 3
