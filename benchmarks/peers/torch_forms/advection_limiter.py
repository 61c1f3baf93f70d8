"""Whole arrays: the ghost cells by `roll`, the mask by `where` with a safe divisor."""

import torch


def limited(a, b):
    """Harmonic mean of two neighbouring differences where they have one sign, zero elsewhere."""
    ab = a * b
    same = ab > 0.0
    return torch.where(same, 2.0 * ab / torch.where(same, a + b, 1.0), 0.0)


def loss(q, c, dt, dx, nt):
    nu = c * dt / dx
    for _ in range(nt):
        dq = torch.roll(q, -1) - q
        slope = limited(torch.roll(dq, 1), dq)
        flux = c * (q + 0.5 * (1.0 - nu) * slope)
        q = q - dt / dx * (flux - torch.roll(flux, 1))
    return dx * torch.sum(q**2) + torch.sum(torch.sin(q))
