"""Both halves of all curves of a depth by one product with Bernstein's polynomials at t."""

import math

import torch


def subdivision(n, t):
    """The matrix that gives the control points of the left half, then those of the right half."""
    k = torch.arange(n)
    rest = torch.clamp(k[:, None] - k, min=0)
    binomial = torch.tensor([[float(math.comb(row, column)) for column in range(n)] for row in range(n)])
    there, back = t**k, (1 - t) ** k
    left = binomial * there[k] * back[rest]
    right = binomial * back[k] * there[rest]
    return torch.cat([left, torch.flip(right, (0, 1))])


def loss(points, t, depth):
    n = len(points)
    halves = subdivision(n, t)
    left, right = (halves @ points).reshape(2, n, 2)
    apart = torch.sum((left[1:-1] - right[1:-1]) ** 2)
    curves = points[None]
    for _ in range(depth):
        curves = (halves @ curves).reshape(-1, n, 2)
    return torch.sum(torch.sqrt(torch.sum(torch.diff(curves, dim=1) ** 2, dim=2))) + apart
