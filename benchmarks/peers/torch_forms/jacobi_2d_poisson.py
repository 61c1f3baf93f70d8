"""A loop over time with one tensor; the sides are put around the interior."""

import torch


def loss(b, left, right, niter):
    p = torch.zeros_like(b)
    for _ in range(niter):
        inner = 0.25 * (p[1:-1, 2:] + p[1:-1, :-2] + p[2:, 1:-1] + p[:-2, 1:-1] - b[1:-1, 1:-1])
        rows = torch.cat([left[1:-1, None], inner, right.expand(len(inner), 1)], dim=1)
        p = torch.cat([rows[:1], rows, rows[-1:]])
    return torch.sum(p**2) + torch.sum(torch.sin(p))
