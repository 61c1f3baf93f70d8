"""Cyclic reduction on whole arrays, for all systems and both right sides at once."""

import torch

from peers.torch_forms._tridiagonal import solved


def loss(lower, diag, upper, rhs):
    gamma = -diag[0]
    inner = torch.cat([diag[:1] - gamma, diag[1:-1], diag[-1:] - lower[:1] * upper[-1:] / gamma])
    z = torch.cat([gamma[None], torch.zeros_like(rhs[1:-1]), upper[-1:]])
    x, z = solved(lower[:, None], inner[:, None], upper[:, None], torch.stack([rhs, z], dim=1)).unbind(1)
    factor = (x[0] + lower[0] * x[-1] / gamma) / (1.0 + z[0] + lower[0] * z[-1] / gamma)
    x = x - factor * z
    return torch.sum(torch.cos(x)) + torch.sum(x**2)
