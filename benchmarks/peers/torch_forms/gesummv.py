"""Two products with matrices."""

import torch


def loss(alpha, beta, A, B, x):
    tmp = A @ x
    y = alpha * tmp + beta * (B @ x)
    return torch.sum(y**2) + torch.sum(torch.cos(tmp))
