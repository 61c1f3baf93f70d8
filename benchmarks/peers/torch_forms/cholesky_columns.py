"""The library's factorisation and triangular solve."""

import torch

from peers.torch_forms.cholesky import factor


def loss(A, x):
    L = factor(A)
    z = torch.linalg.solve_triangular(L, x[:, None], upper=False)
    return 0.5 * torch.sum(z**2) + torch.sum(torch.log(torch.diag(L)))
