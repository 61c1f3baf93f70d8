"""Two products with a matrix."""

import torch


def loss(A, x):
    return torch.sum(torch.sin((A @ x) @ A))
