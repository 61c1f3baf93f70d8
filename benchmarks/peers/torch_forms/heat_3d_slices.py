"""A loop over the time steps, on whole arrays."""

import torch
from torch.nn.functional import pad

from peers.torch_forms.heat_3d import neighbours


def loss(u, kappa, dt, nt):
    c = dt * kappa[1:-1, 1:-1, 1:-1]
    for _ in range(nt):
        u = u + pad(c * (neighbours(u) - 6.0 * u[1:-1, 1:-1, 1:-1]), (1,) * 6)
    return torch.mean((u - 0.5) ** 2)
