"""Two matrix products."""

import torch

from peers.torch_forms.two_mm import two_mm


def loss(alpha, beta, A, B, C, D):
    return torch.mean(two_mm(alpha, beta, A, B, C, D) ** 2)
