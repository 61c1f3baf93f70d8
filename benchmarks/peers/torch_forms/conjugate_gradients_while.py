"""As the program, on new tensors: the matrix by shifted slices of the padded grid, every step recorded."""

import math

import torch
from torch.nn.functional import pad


def apply(p, sigma):
    y = pad(p, (1, 1, 1, 1))
    return (4.0 + sigma) * p - (y[2:, 1:-1] + y[:-2, 1:-1] + y[1:-1, 2:] + y[1:-1, :-2])


def loss(u, f, sigma):
    start = torch.sum(u**3)
    r = f - apply(u, sigma)
    p, rr = r, torch.sum(r * r)
    for _ in range(10 * u.numel()):
        if math.sqrt(float(rr)) <= 1e-12:
            break
        q = apply(p, sigma)
        alpha = rr / torch.sum(p * q)
        u = u + alpha * p
        r = r - alpha * q
        rr_old, rr = rr, torch.sum(r**2)
        p = r + rr / rr_old * p
    return torch.sum(f * u) + torch.sum(torch.cos(u)) + 0.1 * start
