"""One product with a matrix."""

import torch


def loss(A, C4):
    return torch.sum(torch.sin(A @ C4))
