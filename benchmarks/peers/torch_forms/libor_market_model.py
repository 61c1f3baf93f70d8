"""All paths and rates at once in a loop over the normal numbers: the drift is a cumulative sum over the rates."""

import math

import torch


def evolve(L, lam, normals, delta):
    """L has a row per path; a step changes the rates that have not been fixed yet."""
    steps, count = normals.shape[1], L.shape[1]
    for n in range(steps):
        later, volatility = L[:, n + 1 :], lam[: count - n - 1]
        con1 = delta * volatility
        v = torch.cumsum(con1 * later / (1.0 + delta * later), dim=1)
        change = con1 * v + volatility * (math.sqrt(delta) * normals[:, n, None] - 0.5 * con1)
        L = torch.cat([L[:, : n + 1], later * torch.exp(change)], dim=1)
    return L


def loss(L0, lam, normals, rates, maturities):
    delta = 0.25
    paths, steps = normals.shape
    L = evolve(L0.expand(paths, -1), lam, normals, delta)
    discounts = 1.0 / (1.0 + delta * L)
    B = torch.cumprod(discounts[:, steps:], dim=1)
    S = delta * torch.cumsum(B, dim=1)
    swap = B[:, maturities - 1] + rates * S[:, maturities - 1] - 1.0
    value = torch.sum(0.5 * (swap + torch.sqrt(swap**2 + 1e-4)), dim=1)
    return 100.0 * torch.mean(value * torch.prod(discounts[:, :steps], dim=1))
