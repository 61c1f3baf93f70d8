"""Two matrix-vector products."""

import torch


def mvt(x1, x2, y1, y2, A):
    return x1 + A @ y1, x2 + y2 @ A


def loss(x1, x2, y1, y2, A):
    x1, x2 = mvt(x1, x2, y1, y2, A)
    return torch.sum(x1 * x2) + torch.sum(torch.cos(x1))
