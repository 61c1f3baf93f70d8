"""The lattice as four arrays (even or odd row, even or odd column), so that a colour is updated as whole arrays.

As in the program, the sides are even.
"""

import torch


def split(x):
    return x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]


def fields(ee, eo, oe, oo):
    """What each site gets from its four neighbours."""
    return (
        torch.roll(oe, 1, 0) + oe + torch.roll(eo, 1, 1) + eo,
        torch.roll(oo, 1, 0) + oo + ee + torch.roll(ee, -1, 1),
        ee + torch.roll(ee, -1, 0) + torch.roll(oo, 1, 1) + oo,
        eo + torch.roll(eo, -1, 0) + oe + torch.roll(oe, -1, 1),
    )


def energy(parts, J, h):
    pairs = sum(torch.sum(m * f) for m, f in zip(parts, fields(*parts), strict=True)) / 2
    return -J * pairs - sum(torch.sum(m * f) for m, f in zip(parts, h, strict=True))


def loss(m, J, h, beta, sweeps):
    parts, h = split(m), split(h)
    before = energy(parts, J, h)
    ee, eo, oe, oo = parts
    for _ in range(sweeps):
        f = fields(ee, eo, oe, oo)
        ee, oo = torch.tanh(beta * (J * f[0] + h[0])), torch.tanh(beta * (J * f[3] + h[3]))
        f = fields(ee, eo, oe, oo)
        eo, oe = torch.tanh(beta * (J * f[1] + h[1])), torch.tanh(beta * (J * f[2] + h[2]))
    parts = ee, eo, oe, oo
    return (before + energy(parts, J, h)) / m.numel() + (sum(map(torch.sum, parts)) / m.numel()) ** 2
