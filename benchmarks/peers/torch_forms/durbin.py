"""A loop over the order, whole arrays in a step."""

import torch


def durbin(r):
    """(the solution, beta)."""
    backwards = torch.flip(r, (0,))
    n = len(r)
    alpha = -r[:1]
    y, beta = alpha, 1.0
    for k in range(1, n):
        beta = beta * (1.0 - alpha * alpha)
        alpha = -(r[k] + y @ backwards[n - k :]) / beta
        y = torch.cat([y + alpha * torch.flip(y, (0,)), alpha])
    return y, beta


def loss(r):
    y, _ = durbin(r)
    return torch.sum(y**2) + torch.sum(torch.sin(y))
