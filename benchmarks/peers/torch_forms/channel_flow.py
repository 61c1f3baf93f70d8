"""A `while` loop over time steps; the periodic direction by `roll`."""

import torch
from torch.nn.functional import pad


def advance(un, dt, dx, dy, nu, F):
    middle = un[1:-1]
    left, right = torch.roll(middle, 1, 1), torch.roll(middle, -1, 1)
    new = (
        middle
        - middle * dt / dx * (middle - left)
        + nu * dt / dx**2 * (right - 2 * middle + left)
        + nu * dt / dy**2 * (un[2:] - 2 * middle + un[:-2])
        + F * dt
    )
    return pad(new, (0, 0, 1, 1))


def loss(u0, dt, dx, dy, nu, F):
    u, change, stepcount = u0, 1.0, 0
    while change > 0.2 and stepcount < 50:
        un = u
        u = advance(un, dt, dx, dy, nu, F)
        total = float(u.sum())
        change = (total - float(un.sum())) / total
        stepcount += 1
    return torch.sum(u**2) + torch.sum(torch.tanh(u)) / stepcount
