"""The symmetric matrix from its lower triangle, and one product."""

import torch


def symm(alpha, beta, A, B, C):
    return alpha * (torch.tril(A) + torch.tril(A, -1).T) @ B + beta * C


def loss(alpha, beta, A, B, C):
    return torch.sum(torch.tanh(symm(alpha, beta, A, B, C)))
