"""Smoke in a box: diffusion by relaxation, advection back along the flow, projection; buffers change places."""

import numpy as np


def set_boundary(kind, x):
    x[0, :] = -x[1, :] if kind == 1 else x[1, :]
    x[-1, :] = -x[-2, :] if kind == 1 else x[-2, :]
    x[:, 0] = -x[:, 1] if kind == 2 else x[:, 1]
    x[:, -1] = -x[:, -2] if kind == 2 else x[:, -2]
    x[0, 0] = 0.5 * (x[1, 0] + x[0, 1])
    x[-1, -1] = 0.5 * (x[-2, -1] + x[-1, -2])


def relax(kind, x, x0, a, c):
    for _ in range(3):
        x[1:-1, 1:-1] = (x0[1:-1, 1:-1] + a * (x[:-2, 1:-1] + x[2:, 1:-1] + x[1:-1, :-2] + x[1:-1, 2:])) / c
        set_boundary(kind, x)


def advect(kind, d, d0, u, v, dt):
    n = len(d) - 2
    I, J = np.indices((n, n)) + 1
    X = np.minimum(np.maximum(I - dt * n * u[I, J], 0.5), n + 0.5)
    Y = np.minimum(np.maximum(J - dt * n * v[I, J], 0.5), n + 0.5)
    I0, J0 = X.astype(int), Y.astype(int)
    s, t = X - I0, Y - J0
    left = (1 - t) * d0[I0, J0] + t * d0[I0, J0 + 1]
    right = (1 - t) * d0[I0 + 1, J0] + t * d0[I0 + 1, J0 + 1]
    d[I, J] = (1 - s) * left + s * right
    set_boundary(kind, d)


def project(u, v, p, div):
    h = 1.0 / (len(u) - 2)
    div[1:-1, 1:-1] = -0.5 * h * (u[2:, 1:-1] - u[:-2, 1:-1] + v[1:-1, 2:] - v[1:-1, :-2])
    p[1:-1, 1:-1] = 0
    set_boundary(0, div)
    set_boundary(0, p)
    relax(0, p, div, 1, 4)
    u[1:-1, 1:-1] -= 0.5 * (p[2:, 1:-1] - p[:-2, 1:-1]) / h
    v[1:-1, 1:-1] -= 0.5 * (p[1:-1, 2:] - p[1:-1, :-2]) / h
    set_boundary(1, u)
    set_boundary(2, v)


def loss(u, v, density, viscosity, dt):
    n = len(u) - 2
    u0, v0, density0 = np.zeros_like(u), np.zeros_like(v), np.zeros_like(density)
    a = dt * viscosity * n * n
    for _ in range(2):
        u0, u = u, u0
        relax(1, u, u0, a, 1 + 4 * a)
        v0, v = v, v0
        relax(2, v, v0, a, 1 + 4 * a)
        project(u, v, u0, v0)
        density0, density = density, density0
        advect(0, density, density0, u, v, dt)
    return np.sum(density**2) + np.sum(u**2) + np.sum(u * v)


def arguments(rng, n):
    shape = (n + 1, n + 1)
    return rng.normal(size=shape), rng.normal(size=shape), rng.uniform(size=shape), 0.01, 0.05
