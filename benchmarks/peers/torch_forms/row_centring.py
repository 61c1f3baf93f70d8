"""Means and norms along an axis of the whole array; two rows made orthonormal."""

import torch


def loss(a, w):
    a = a - torch.mean(a, dim=1, keepdim=True)
    a = a - torch.mean(a, dim=0)
    a = a / torch.sqrt(torch.mean(a**2, dim=0) + 1e-3)
    p, q = a[0] * w, a[1] * w
    p = p / torch.sqrt(p @ p)
    q = q - (q @ p) * p
    q = q / torch.sqrt(q @ q)
    return torch.sum((a @ p) ** 2 + (a @ q) ** 2) / len(a) + p[0] * q[-1]
