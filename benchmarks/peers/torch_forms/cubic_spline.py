"""The second derivatives by cyclic reduction; the intervals by `searchsorted`."""

import torch
from torch.nn.functional import pad

from peers.torch_forms._tridiagonal import solved


def second_derivatives(x, y):
    h = torch.diff(x)
    wide = x[2:] - x[:-2]
    sig = h[:-1] / wide
    rhs = 6.0 * torch.diff(torch.diff(y) / h) / wide
    return pad(solved(sig, torch.full_like(sig, 2.0), 1.0 - sig, rhs), (1, 1))


def loss(x, y, points):
    y2 = second_derivatives(x, y)
    lo = torch.clamp(torch.searchsorted(x.detach(), points.detach(), right=True) - 1, 0, len(x) - 2)
    hi = lo + 1
    h = x[hi] - x[lo]
    a = (x[hi] - points) / h
    b = (points - x[lo]) / h
    s = a * y[lo] + b * y[hi] + ((a**3 - a) * y2[lo] + (b**3 - b) * y2[hi]) * h * h / 6.0
    return torch.sum(s**2) + torch.sum(torch.sin(y2)) / len(y2)
