"""A loop over time steps on shifted slices; the periodic end is set from the front."""

import torch


def loss(u, nt, dt, dx, nu):
    for _ in range(nt):
        middle, right = u[:-1], u[1:]
        left = torch.cat([u[-2:-1], u[:-2]])
        new = middle - middle * dt / dx * (middle - left) + nu * dt / dx**2 * (right - 2 * middle + left)
        u = torch.cat([new, new[:1]])
    return dx * torch.sum(u**2)
