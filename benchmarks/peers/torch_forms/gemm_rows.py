"""One product of matrices."""

import torch

from peers.torch_forms.gemm import gemm


def loss(alpha, beta, A, B, C):
    return torch.mean(torch.log1p(gemm(alpha, beta, A, B, C) ** 2))
