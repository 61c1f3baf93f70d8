"""A loop over time; each half step gives an interior that is computed from shifted slices."""

import torch


def averaged(x, y, factor):
    """y with its interior replaced by three-point sums of x."""
    return torch.cat([y[:1], factor * (x[:-2] + x[1:-1] + x[2:]), y[-1:]])


def relax(steps, A, B, factor):
    for _ in range(steps):
        B = averaged(A, B, factor)
        A = averaged(B, A, factor)
    return A, B


def loss(tsteps, A, B):
    A, B = relax(tsteps, A, B, 0.33333)
    return torch.sum(A**2) + torch.sum(torch.sin(B))
