"""The library's factorisation."""

import torch

from peers.torch_forms.cholesky import factor


def loss(A):
    L = factor(A)
    return 2.0 * torch.sum(torch.log(torch.diag(L))) + 0.5 * torch.sum(L**2)
