"""The library's factorisation, and triangular solves with its factors."""

import torch

from peers.torch_forms.lu_pivoting import factored, solved


def loss(A, b):
    factors, order = factored(A)
    x = solved(factors, b[order])
    # its sign is not needed: only its square is used
    determinant = torch.prod(torch.diag(factors))
    return torch.sum(x**2) + torch.log(1.0 + determinant**2) + 0.1 * torch.sum(torch.tril(factors, -1) ** 2)
