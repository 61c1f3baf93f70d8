"""A loop over steps; acceleration and potential energy of all pairs from the same matrix of inverse distances."""

import torch


def interactions(pos, mass, G, softening):
    """(acceleration, potential energy)."""
    d = pos.T[:, None, :] - pos.T[:, :, None]
    inv_r = torch.rsqrt(torch.sum(d**2, dim=0) + softening**2)
    apart = inv_r.masked_fill(torch.eye(len(mass), dtype=torch.bool), 0.0)
    return G * ((d * inv_r**3) @ mass).T, -0.5 * G * (mass @ apart @ mass)


def loss(mass, pos, vel, steps, dt, G, softening):
    vel = vel - torch.mean(mass[:, None] * vel, dim=0) / torch.mean(mass)
    acc, potential = interactions(pos, mass, G, softening)
    energies = 0.5 * torch.sum(mass * torch.sum(vel**2, dim=1)) + 0.5 * potential
    for _ in range(steps):
        vel = vel + acc * dt / 2.0
        pos = pos + vel * dt
        acc, potential = interactions(pos, mass, G, softening)
        vel = vel + acc * dt / 2.0
        energies = energies + 0.5 * torch.sum(mass * torch.sum(vel**2, dim=1)) + 0.5 * potential
    return energies / (steps + 1) + 0.1 * torch.sum(pos**2) + 0.1 * torch.sum(pos * vel)
