"""Three matrix products."""

import torch


def loss(A, B, C, D):
    left, right = A @ B, C @ D
    squares = 0.1 * torch.sum(left * left) + 0.1 * torch.sum(right * right)
    return torch.sum(torch.cos(left @ right)) + squares
