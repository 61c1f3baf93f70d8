"""A loop over time with one tensor: the second buffer is not needed."""

import torch
from torch.nn.functional import pad

R = 0.4


def loss(u0, nt):
    u = u0
    for _ in range(nt):
        u = u + pad(R * (u[2:] - 2.0 * u[1:-1] + u[:-2]), (1, 1))
    return torch.sum(torch.tanh(u)) + u[1] * u[-2]
