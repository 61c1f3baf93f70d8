"""Loops over time steps and pressure sweeps, on whole arrays."""

import torch
from torch.nn.functional import pad


def build_up_b(rho, dt, u, v, dx, dy):
    dudx = (u[1:-1, 2:] - u[1:-1, :-2]) / (2 * dx)
    dvdy = (v[2:, 1:-1] - v[:-2, 1:-1]) / (2 * dy)
    dudy = (u[2:, 1:-1] - u[:-2, 1:-1]) / (2 * dy)
    dvdx = (v[1:-1, 2:] - v[1:-1, :-2]) / (2 * dx)
    return rho * ((dudx + dvdy) / dt - dudx**2 - 2 * dudy * dvdx - dvdy**2)


def pressure_poisson(p, b, dx, dy, nit):
    across, along = dy**2 / (2 * (dx**2 + dy**2)), dx**2 / (2 * (dx**2 + dy**2))
    source = along * dy**2 * b
    for _ in range(nit):
        q = (p[1:-1, 2:] + p[1:-1, :-2]) * across + (p[2:, 1:-1] + p[:-2, 1:-1]) * along - source
        wide = torch.cat([q[:, :1], q, q[:, -1:]], dim=1)
        p = torch.cat([wide[:1], wide, torch.zeros_like(wide[:1])])
    return p


def moved(f, u, v, dt, dx, dy, nu):
    """Advection and diffusion of the inner points of a field."""
    middle = f[1:-1, 1:-1]
    return (
        middle
        - u[1:-1, 1:-1] * dt / dx * (middle - f[1:-1, :-2])
        - v[1:-1, 1:-1] * dt / dy * (middle - f[:-2, 1:-1])
        + nu * dt / dx**2 * (f[1:-1, 2:] - 2 * middle + f[1:-1, :-2])
        + nu * dt / dy**2 * (f[2:, 1:-1] - 2 * middle + f[:-2, 1:-1])
    )


def loss(nt, nit, u, v, p, lid, dt, dx, dy, rho, nu):
    for _ in range(nt):
        p = pressure_poisson(p, build_up_b(rho, dt, u, v, dx, dy), dx, dy, nit)
        new_u = moved(u, u, v, dt, dx, dy, nu) - dt / (2 * rho * dx) * (p[1:-1, 2:] - p[1:-1, :-2])
        new_v = moved(v, u, v, dt, dx, dy, nu) - dt / (2 * rho * dy) * (p[2:, 1:-1] - p[:-2, 1:-1])
        u = torch.cat([pad(new_u, (1, 1, 1, 0)), lid.expand(1, u.shape[1])])
        v = pad(new_v, (1, 1, 1, 1))
    return 0.5 * rho * torch.sum(u**2 + v**2) + torch.sum(p**2)
