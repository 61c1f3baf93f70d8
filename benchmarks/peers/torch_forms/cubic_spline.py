"""A dense solve for the second derivatives, since PyTorch has no tridiagonal one; the intervals by `searchsorted`."""

import torch
from torch.nn.functional import pad


def second_derivatives(x, y):
    h = torch.diff(x)
    wide = x[2:] - x[:-2]
    sig = h[:-1] / wide
    rhs = 6.0 * torch.diff(torch.diff(y) / h) / wide
    matrix = 2.0 * torch.eye(len(sig)) + torch.diag(sig[1:], -1) + torch.diag(1.0 - sig[:-1], 1)
    return pad(torch.linalg.solve(matrix, rhs), (1, 1))


def loss(x, y, points):
    y2 = second_derivatives(x, y)
    lo = torch.clamp(torch.searchsorted(x.detach(), points.detach(), right=True) - 1, 0, len(x) - 2)
    hi = lo + 1
    h = x[hi] - x[lo]
    a = (x[hi] - points) / h
    b = (points - x[lo]) / h
    s = a * y[lo] + b * y[hi] + ((a**3 - a) * y2[lo] + (b**3 - b) * y2[hi]) * h * h / 6.0
    return torch.sum(s**2) + torch.sum(torch.sin(y2)) / len(y2)
