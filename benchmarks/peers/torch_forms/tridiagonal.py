"""Cyclic reduction on whole arrays."""

import torch
from torch.nn.functional import pad

from peers.torch_forms._tridiagonal import solved


def loss(a, b, c, d):
    x = solved(pad(a, (1, 0)), b, pad(c, (0, 1)), d)
    return torch.sum(torch.sin(x)) + 0.5 * torch.sum(x**2)
