"""The library's factorisation of the matrix that the lower triangle stands for."""

import torch


def factor(A):
    """The lower factor, with a gradient in the lower triangle alone, which is all that is read."""
    return torch.linalg.cholesky(torch.tril(A) + torch.tril(A, -1).T)


def loss(A):
    return torch.sum(torch.sin(factor(A) + torch.triu(A, 1)))
