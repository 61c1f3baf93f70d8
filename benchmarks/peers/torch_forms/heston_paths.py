"""A loop over the time steps for the variances; the prices follow from them by a cumulative sum, all paths at once."""

import torch


def loss(S0, v0, kappa, theta, xi, rho, r, dt, z, strike):
    steps, paths = z.shape[1:]
    mixed = rho * z[0] + torch.sqrt(1 - rho**2) * z[1]
    now, v = v0.expand(paths), []
    for t in range(steps):
        v.append(now)
        new = now + kappa * (theta - now) * dt + xi * torch.sqrt(now * dt) * mixed[t]
        now = 0.5 * (new + torch.sqrt(new**2 + 1e-4))
    v = torch.stack(v)
    S = S0 * torch.exp(torch.cumsum((r - 0.5 * v) * dt + torch.sqrt(v * dt) * z[0], dim=0))
    lowest = torch.minimum(S0, torch.amin(S, dim=0))
    alive = torch.sigmoid(lowest - 0.8 * S0)
    gain = S[-1] - strike
    payoff = 0.5 * (gain + torch.sqrt(gain**2 + 1.0)) * alive
    return torch.exp(-r * dt * steps) * torch.mean(payoff)
