"""All spots at once, a loop over the levels of the tree; each level is shorter by one."""

import torch


def loss(spots, K, r, sigma, T, steps):
    dt = T / steps
    u = torch.exp(sigma * torch.sqrt(dt))
    d = 1.0 / u
    p = (torch.exp(r * dt) - d) / (u - d)
    disc = torch.exp(-r * dt)
    prices = spots[:, None] * d**steps * (u / d) ** torch.arange(steps + 1)
    values = torch.clamp(K - prices, min=0.0)
    for level in range(steps, 0, -1):
        prices = prices[:, :level] / d
        held = disc * (p * values[:, 1:] + (1.0 - p) * values[:, :-1])
        exercise = K - prices
        values = torch.where(exercise > held, exercise, held)
    return torch.sum(values)
