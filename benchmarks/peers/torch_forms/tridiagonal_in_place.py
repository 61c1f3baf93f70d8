"""A loop over time; the matrix is factored once: PyTorch has no tridiagonal solve."""

import torch
from torch.nn.functional import pad


def loss(u, kappa, dt, dx, nt):
    r = kappa * dt / dx**2
    b = 1.0 + pad(r, (1, 0)) + pad(r, (0, 1))
    factors = torch.linalg.lu_factor(torch.diag(b) - torch.diag(r, -1) - torch.diag(r, 1))
    u = u[:, None]
    for _ in range(nt):
        u = torch.linalg.lu_solve(*factors, u)
    return torch.sum(u**2) + torch.sum(torch.tanh(u))
