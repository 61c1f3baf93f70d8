"""All points at once, what has escaped held by a mask."""

import torch


def square(z):
    return z.real**2 + z.imag**2


def loss(x, y, max_iter, horizon):
    c = torch.complex(*torch.meshgrid(x, y, indexing="xy"))
    z = torch.zeros_like(c)
    count = torch.zeros(c.shape)
    for it in range(max_iter):
        mask = square(z.detach()) < horizon**2
        count = torch.where(mask, float(it), count)
        z = torch.where(mask, z**2 + c, z)
    return torch.mean(torch.log1p(square(z)) / (1 + count))
