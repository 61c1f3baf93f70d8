"""Whole arrays and their interiors from shifted slices; advection by indexing."""

import torch
from torch.nn.functional import pad


def set_boundary(kind, inner):
    """The interior with its frame: the nearest entry, with the other sign across the sides that `kind` names."""
    across, along = (-1.0 if kind == 1 else 1.0), (-1.0 if kind == 2 else 1.0)
    n, m = inner.shape
    signs = torch.ones(n + 2, m + 2)
    signs[[0, -1]] *= across
    signs[:, [0, -1]] *= along
    # two of the corners are means of their neighbours
    signs[0, 0] = signs[-1, -1] = 0.5 * (across + along)
    return pad(inner[None, None], (1, 1, 1, 1), mode="replicate")[0, 0] * signs


def neighbours(x):
    return x[:-2, 1:-1] + x[2:, 1:-1] + x[1:-1, :-2] + x[1:-1, 2:]


def relax(kind, x, x0, a, c):
    for _ in range(3):
        x = set_boundary(kind, (x0[1:-1, 1:-1] + a * neighbours(x)) / c)
    return x


def advect(kind, d0, u, v, dt):
    n = len(d0) - 2
    places = torch.arange(n) + 1.0
    X = torch.clamp(places[:, None] - dt * n * u[1:-1, 1:-1], 0.5, n + 0.5)
    Y = torch.clamp(places - dt * n * v[1:-1, 1:-1], 0.5, n + 0.5)
    I0, J0 = X.detach().long(), Y.detach().long()
    s, t = X - I0, Y - J0
    left = (1 - t) * d0[I0, J0] + t * d0[I0, J0 + 1]
    right = (1 - t) * d0[I0 + 1, J0] + t * d0[I0 + 1, J0 + 1]
    return set_boundary(kind, (1 - s) * left + s * right)


def project(u, v):
    """(u, v, p, div)."""
    h = 1.0 / (len(u) - 2)
    div = set_boundary(0, -0.5 * h * (u[2:, 1:-1] - u[:-2, 1:-1] + v[1:-1, 2:] - v[1:-1, :-2]))
    p = relax(0, torch.zeros_like(u), div, 1, 4)
    u = set_boundary(1, u[1:-1, 1:-1] - 0.5 * (p[2:, 1:-1] - p[:-2, 1:-1]) / h)
    v = set_boundary(2, v[1:-1, 1:-1] - 0.5 * (p[1:-1, 2:] - p[1:-1, :-2]) / h)
    return u, v, p, div


def loss(u, v, density, viscosity, dt):
    n = len(u) - 2
    u0, v0 = torch.zeros_like(u), torch.zeros_like(v)
    a = dt * viscosity * n * n
    for _ in range(2):
        u = relax(1, u0, u, a, 1 + 4 * a)
        v = relax(2, v0, v, a, 1 + 4 * a)
        u, v, u0, v0 = project(u, v)
        density = advect(0, density, u, v, dt)
    return torch.sum(density**2) + torch.sum(u**2) + torch.sum(u * v)
