"""One product, and what is replaced as a triangle."""

import torch


def loss(alpha, beta, A, C):
    return torch.sum(torch.sin(torch.tril(alpha * A @ A.T + beta * C) + torch.triu(C, 1)))
