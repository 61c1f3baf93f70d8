"""As `trmm`: one product with the strict lower triangle."""

import torch

from peers.torch_forms.trmm import trmm


def loss(alpha, A, B):
    return torch.mean(trmm(alpha, A, B) ** 2)
