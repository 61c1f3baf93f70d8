"""Two products with a matrix."""

import torch


def loss(A, p, r):
    return torch.sum(torch.exp(-0.1 * (A @ p) ** 2)) + torch.sum(torch.exp(-0.1 * (r @ A) ** 2))
