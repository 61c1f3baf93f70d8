"""All times at once; Newton runs without derivative, then one differentiated step of it."""

import math

import torch


@torch.no_grad()
def eccentric_anomaly(M, e):
    E = M.clone() if float(e) < 0.8 else torch.full_like(M, math.pi)
    step = torch.ones_like(E)
    while bool(torch.any(torch.abs(step) >= 1e-14)):
        new = (E - e * torch.sin(E) - M) / (1 - e * torch.cos(E))
        step = torch.where(torch.abs(step) < 1e-14, 0.0, new)
        E = E - step
    return E


def rotation(angle, axis):
    c, s, zero, one = torch.cos(angle), torch.sin(angle), torch.zeros(()), torch.ones(())
    if axis == "z":
        return torch.stack([c, -s, zero, s, c, zero, zero, zero, one]).reshape(3, 3)
    return torch.stack([one, zero, zero, zero, c, -s, zero, s, c]).reshape(3, 3)


def positions(a, e, inclination, node, periapsis, M0, mu, times):
    R = rotation(node, "z") @ rotation(inclination, "x") @ rotation(periapsis, "z")
    M = (M0 + torch.sqrt(mu / a**3) * times) % (2 * math.pi)
    E = eccentric_anomaly(M, e)
    E = E - (E - e * torch.sin(E) - M) / (1 - e * torch.cos(E)).detach()
    nu = 2 * torch.atan2(torch.sqrt(1 + e) * torch.sin(E / 2), torch.sqrt(1 - e) * torch.cos(E / 2))
    r = a * (1 - e * torch.cos(E))
    return torch.stack([r * torch.cos(nu), r * torch.sin(nu)], dim=1) @ R[:, :2].T


def loss(a, e, inclination, node, periapsis, M0, mu, times, seen):
    track = positions(a, e, inclination, node, periapsis, M0, mu, times)
    ranges = torch.linalg.norm(track - torch.tensor([0.0, 0.0, 0.3]), dim=1)
    return torch.sum((track - seen) ** 2) + torch.sum(torch.log(ranges))
