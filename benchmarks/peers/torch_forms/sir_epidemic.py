"""A loop over days, all towns at once."""

import torch


def loss(S0, I0, beta, gamma, contact, reported, dt):
    S, infected, R = S0, I0, torch.zeros_like(S0)
    misfit = 0.0
    for seen in reported:
        infections = dt * (beta * (contact @ infected) / (S + infected + R)) * S
        recoveries = dt * gamma * infected
        S, infected, R = S - infections, infected + infections - recoveries, R + recoveries
        misfit = misfit + (torch.sum(infections) - seen) ** 2
    return misfit + 0.1 * torch.mean(torch.stack([S, infected, R]) ** 2)
