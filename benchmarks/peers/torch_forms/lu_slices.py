"""The library's factorisation: it exchanges rows where that is better, which does not happen to the program's arguments."""

import torch


def loss(A):
    factors = torch.linalg.lu_factor(A).LU
    return torch.sum(factors**2) / len(A) + torch.sum(torch.log(torch.diagonal(factors)))
