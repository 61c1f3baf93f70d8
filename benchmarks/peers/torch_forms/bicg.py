"""Two products with a matrix."""

import torch


def loss(A, p, r):
    return torch.sum(torch.sin(A @ p)) + torch.sum((r @ A) ** 2)
