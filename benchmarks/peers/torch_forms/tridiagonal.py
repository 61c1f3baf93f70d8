"""A dense solve, since PyTorch has no tridiagonal one: a step for each unknown would take longer."""

import torch


def loss(a, b, c, d):
    x = torch.linalg.solve(torch.diag(a, -1) + torch.diag(b) + torch.diag(c, 1), d)
    return torch.sum(torch.sin(x)) + 0.5 * torch.sum(x**2)
