"""Levels along the first axis: coefficients of all of them at once, then elimination in a loop, all columns at once."""

import torch
from torch.nn.functional import pad

from peers.torch_forms._tridiagonal import thomas


def loss(tendency, u, wcon, dtr, beta):
    tendency, u, wcon = (x.permute(2, 0, 1) for x in (tendency, u, wcon))
    g = 0.25 * (wcon[1:, 1:] + wcon[1:, :-1])
    below, above = (0, 0, 0, 0, 0, 1), (0, 0, 0, 0, 1, 0)
    upper, lower = pad(beta * g, below), pad(-beta * g, above)
    flux = (1.0 - beta) * g * torch.diff(u, dim=0)
    right = dtr * u + tendency - pad(flux, below) - pad(flux, above)
    tendency = dtr * (thomas(lower, dtr - lower - upper, upper, right) - u)
    return torch.sum(tendency**2) + torch.sum(torch.sin(tendency))
