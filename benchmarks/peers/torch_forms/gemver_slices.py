"""Outer products and two products with the matrix, on whole arrays."""

import torch

from peers.torch_forms.gemver import gemver


def loss(alpha, beta, A, u1, v1, u2, v2, w, x, y, z):
    A, w, x = gemver(alpha, beta, A, u1, v1, u2, v2, w, x, y, z)
    return torch.mean(A**2) + torch.mean(x**2) + torch.mean(torch.tanh(w))
