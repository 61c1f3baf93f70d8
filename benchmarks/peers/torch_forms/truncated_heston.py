"""All paths at once in a loop over time; where the variance is cut off, its root is 0 and has no slope, as in the program."""

import torch


def loss(S0, v0, kappa, theta, xi, rho, r, strike, dt, z1, z2):
    paths, steps = z1.shape
    mixed = rho * z1 + torch.sqrt(1.0 - rho * rho) * z2
    s, v, below = S0.expand(paths), v0.expand(paths), 0
    for t in range(steps):
        positive = v > 0.0
        cut = torch.where(positive, v, 0.0)
        spread = torch.where(positive, torch.sqrt(torch.where(positive, v, 1.0) * dt), 0.0)
        below = below + int((v < 0.0).sum())
        s = s + r * s * dt + s * spread * z1[:, t]
        v = v + kappa * (theta - cut) * dt + xi * spread * mixed[:, t]
    out = torch.clamp(s - strike, min=0.0)
    return torch.exp(-r * dt * steps) * torch.mean(out) + 1e-3 * torch.sum(out**2) / (1 + below)
