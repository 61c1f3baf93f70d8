"""Three matrix products."""

import torch


def loss(A, B, C, D, scale):
    G = (A @ B) @ (C @ D) / scale
    return torch.sum(G**2) + torch.trace(G)
