"""Two products with matrices."""

import torch


def loss(alpha, beta, A, B, x):
    y = alpha * (A @ x) + beta * (B @ x)
    return torch.sum(torch.log(1.0 + y**2))
