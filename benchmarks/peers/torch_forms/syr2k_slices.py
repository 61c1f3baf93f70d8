"""As `syr2k`; the lower triangle and its mirror image."""

import torch

from peers.torch_forms.syr2k import updated


def loss(alpha, beta, A, B, C):
    lower = torch.tril(updated(alpha, beta, A, B, C))
    C = lower + torch.tril(lower, -1).T
    return torch.mean(C * C) + torch.trace(C)
