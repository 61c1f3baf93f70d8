"""As `symm`: the symmetric matrix from its lower triangle, and one product."""

import torch

from peers.torch_forms.symm import symm


def loss(alpha, beta, A, B, C):
    return 0.5 * torch.sum(symm(alpha, beta, A, B, C) ** 2)
