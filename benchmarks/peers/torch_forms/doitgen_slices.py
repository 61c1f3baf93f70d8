"""Two products with a matrix."""

import torch


def loss(A, C4):
    return torch.mean((A @ C4 @ C4.T) ** 2)
