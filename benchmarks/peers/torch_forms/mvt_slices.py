"""Two matrix-vector products."""

import torch

from peers.torch_forms.mvt import mvt


def loss(x1, x2, y1, y2, A):
    x1, x2 = mvt(x1, x2, y1, y2, A)
    return 0.5 * torch.sum(x1**2) + torch.sum(torch.tanh(x2))
