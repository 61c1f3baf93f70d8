"""All pairs as matrices with the diagonal masked; a loop over the steps of descent."""

import torch


def lennard_jones(pos, epsilon, sigma):
    diagonal = torch.eye(len(pos), dtype=torch.bool)
    d = pos.T[:, :, None] - pos.T[:, None, :]
    inverse = torch.where(diagonal, 0.0, 1.0 / torch.where(diagonal, 1.0, torch.sum(d**2, dim=0)))
    s6 = (sigma**2 * inverse) ** 3
    f = 24.0 * epsilon * (2.0 * s6 * s6 - s6) * inverse
    return 2.0 * epsilon * torch.sum(s6 * s6 - s6), torch.sum(f * d, dim=2).T


def loss(pos, epsilon, sigma, steps, rate):
    total = 0.0
    for _ in range(steps):
        E, forces = lennard_jones(pos, epsilon, sigma)
        pos = pos + rate * forces
        total = total + E
    E, forces = lennard_jones(pos, epsilon, sigma)
    return E + 0.1 * total + 0.05 * torch.sum(forces**2)
