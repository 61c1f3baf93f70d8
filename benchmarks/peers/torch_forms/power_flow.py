"""Mismatches and Jacobian of all nodes at once; Newton runs without derivative, then one step that has one.

The program's derivative goes through the last iterations instead: it differs by about 1e-9.
"""

import torch
from torch.nn.functional import pad


def mismatch(theta, V, Y, P):
    between = (V[:, None] * V * Y).masked_fill(torch.eye(len(V), dtype=torch.bool), 0.0)
    angles = theta[:, None] - theta
    slopes = between * torch.cos(angles)
    return torch.sum(between * torch.sin(angles), dim=1) - P, torch.diag(torch.sum(slopes, dim=1)) - slopes


def newton(theta, V, Y, P):
    """The step of the angles behind the first."""
    f, J = mismatch(theta, V, Y, P)
    return torch.linalg.solve(J.detach()[1:, 1:], f[1:])


@torch.no_grad()
def converged(V, Y, P):
    theta = torch.zeros_like(V)
    for _ in range(20):
        step = newton(theta, V, Y, P)
        theta[1:] -= step
        if float(torch.max(torch.abs(step))) < 1e-12:
            break
    return theta


def loss(V, Y, P):
    Y = 0.5 * (Y + Y.T)
    start = converged(V, Y, P)
    theta = start - pad(newton(start, V, Y, P), (1, 0))
    f, _ = mismatch(theta, V, Y, P)
    squares = V**2
    apart = squares[:, None] + squares - 2 * V[:, None] * V * torch.cos(theta[:, None] - theta)
    return 0.05 * torch.sum(Y * apart) + torch.sum(theta**2) + f[0] ** 2
