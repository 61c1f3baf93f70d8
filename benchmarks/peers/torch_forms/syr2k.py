"""One product, its sum with its transpose, and what is replaced as a triangle."""

import torch


def updated(alpha, beta, A, B, C):
    """alpha (A B^T + B A^T) + beta C, all of it."""
    product = A @ B.T
    return alpha * (product + product.T) + beta * C


def loss(alpha, beta, A, B, C):
    return torch.sum(torch.tanh(torch.tril(updated(alpha, beta, A, B, C)) + torch.triu(C, 1)))
