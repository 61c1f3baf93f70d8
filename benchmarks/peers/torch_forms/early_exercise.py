"""Paths by a cumulative sum, a loop backwards over time; the regression over the chosen paths, and without derivative."""

import math

import torch


@torch.no_grad()
def worth_it(s, kept, inside):
    """Which of the chosen paths are exercised."""
    X = torch.stack([torch.ones_like(s), s, s**2], dim=1)
    chosen = X[inside]
    coefficients = torch.linalg.solve(chosen.T @ chosen, chosen.T @ kept[inside])
    return X @ coefficients


def loss(S0, sigma, r, strike, Z):
    dt = 1.0 / len(Z)
    S = S0 * torch.exp(torch.cumsum((r - sigma**2 / 2) * dt + sigma * math.sqrt(dt) * Z, dim=0))
    discount = torch.exp(-r * dt)
    cash = torch.clamp(strike - S[-1], min=0.0)
    for t in range(len(Z) - 2, -1, -1):
        cash = cash * discount
        now = strike - S[t]
        inside = now > 0
        if int(inside.sum()) > 3:
            better = inside & (now > worth_it(S[t] / strike, cash, inside))
            cash = torch.where(better, now, cash)
    return discount * torch.mean(cash)
