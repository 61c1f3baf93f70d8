"""Jacobi's sweeps on whole arrays until nothing changes, every one of them recorded."""

import math

import torch


def loss(top, left):
    inner, change = torch.zeros(len(left) - 2, len(top) - 2), math.inf
    right, bottom = torch.zeros(len(left) - 2, 1), torch.zeros(1, len(top))
    while change >= 1e-13:
        u = torch.cat([left[1:-1, None], inner, right], dim=1)
        u = torch.cat([top[None], u, bottom])
        new = 0.25 * (u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:])
        change = float((new - inner).detach().abs().max())
        inner = new
    # the corner belongs to the left side
    return torch.sum(inner**2) + torch.sum(top[1:] ** 2) + torch.sum(left**2) + torch.sum(torch.tanh(inner))
