"""Lid-driven cavity by scalar loops: momentum, then pressure sweeps until they have converged, then the projection."""

import numpy as np

WRITES = ("u", "v")


def set_walls(u, v, lid):
    ny, nx = u.shape
    for j in range(nx):
        u[0, j], u[ny - 1, j] = 0.0, lid
        v[0, j], v[ny - 1, j] = 0.0, 0.0
    for i in range(ny):
        u[i, 0] = u[i, nx - 1] = 0.0
        v[i, 0] = v[i, nx - 1] = 0.0


def momentum(u, v, us, vs, dt, h, nu):
    ny, nx = u.shape
    for i in range(1, ny - 1):
        for j in range(1, nx - 1):
            for f, fs in ((u, us), (v, vs)):
                advection = u[i, j] * (f[i, j + 1] - f[i, j - 1]) + v[i, j] * (f[i + 1, j] - f[i - 1, j])
                diffusion = f[i, j + 1] + f[i, j - 1] + f[i + 1, j] + f[i - 1, j] - 4.0 * f[i, j]
                fs[i, j] = f[i, j] - 0.5 * dt / h * advection + nu * dt / h**2 * diffusion


def pressure(p, us, vs, dt, h, omega, tol, most):
    """Successive over-relaxation; the walls have zero normal gradient, the first cell is held."""
    ny, nx = p.shape
    sweeps = 0
    change = 2.0 * tol
    while change > tol:
        change = 0.0
        for i in range(1, ny - 1):
            for j in range(1, nx - 1):
                div = (us[i, j + 1] - us[i, j - 1] + vs[i + 1, j] - vs[i - 1, j]) / (2.0 * h)
                new = 0.25 * (p[i, j + 1] + p[i, j - 1] + p[i + 1, j] + p[i - 1, j] - h * h * div / dt)
                change = max(change, abs(new - p[i, j]))
                p[i, j] += omega * (new - p[i, j])
        for i in range(ny):
            p[i, 0] = p[i, 1]
            p[i, nx - 1] = p[i, nx - 2]
        for j in range(nx):
            p[0, j] = p[1, j]
            p[ny - 1, j] = 0.0
        sweeps += 1
        if sweeps == most:
            break


def project(u, v, us, vs, p, dt, h):
    ny, nx = u.shape
    for i in range(1, ny - 1):
        for j in range(1, nx - 1):
            u[i, j] = us[i, j] - 0.5 * dt / h * (p[i, j + 1] - p[i, j - 1])
            v[i, j] = vs[i, j] - 0.5 * dt / h * (p[i + 1, j] - p[i - 1, j])


def cavity(u, v, lid, nu, nt, dt, h):
    p = np.zeros(u.shape)
    for step in range(nt):
        set_walls(u, v, lid)
        us = u.copy()
        vs = v.copy()
        momentum(u, v, us, vs, dt, h, nu)
        pressure(p, us, vs, dt, h, 1.5, 1e-12, 1000)
        project(u, v, us, vs, p, dt, h)
    return p


def loss(u, v, lid, nu, nt, dt, h):
    p = cavity(u, v, lid, nu, nt, dt, h)
    return np.sum(u**2) + np.sum(np.sin(v)) + np.sum(p**2)


def arguments(rng, n):
    h = 1.0 / n
    u, v = (0.2 * rng.standard_normal((n - 1, n)) for _ in range(2))
    return u, v, 1.0, 0.2, 2, 0.5 * h**2, h
