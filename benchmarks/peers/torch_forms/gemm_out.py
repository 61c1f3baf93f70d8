"""One product of matrices."""

import torch

from peers.torch_forms.gemm import gemm


def loss(alpha, beta, A, B, C):
    return 0.5 * torch.sum((gemm(alpha, beta, A, B, C) - 1.0) ** 2)
