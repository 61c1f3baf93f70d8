"""As `syrk`: one product, and a triangle."""

import torch


def loss(alpha, beta, A, C):
    # what stands above the diagonal is not used
    return torch.sum(torch.tril(alpha * A @ A.T + beta * C) ** 2) / len(C)
