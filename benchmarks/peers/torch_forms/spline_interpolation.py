"""The second derivatives by cyclic reduction; the intervals by `searchsorted`."""

import torch
from torch.nn.functional import pad

from peers.torch_forms._tridiagonal import solved


def spline_moments(x, y):
    """Second derivatives at the knots: 0 at both ends."""
    h = torch.diff(x)
    both = h[:-1] + h[1:]
    right = 6.0 * torch.diff(torch.diff(y) / h) / both
    return pad(solved(h[:-1] / both, torch.full_like(both, 2.0), h[1:] / both, right), (1, 1))


def loss(x, y, t):
    y2 = spline_moments(x, y)
    lo = torch.clamp(torch.searchsorted(x.detach(), t.detach(), right=True) - 1, 0, len(x) - 2)
    knots = torch.stack([x, y, y2])
    left, right = knots[:, lo], knots[:, lo + 1]
    h = right[0] - left[0]
    a = (right[0] - t) / h
    b = (t - left[0]) / h
    s = a * left[1] + b * right[1] + ((a**3 - a) * left[2] + (b**3 - b) * right[2]) * h**2 / 6.0
    return torch.sum(s**2) + 0.05 * torch.sum(y2**2)
