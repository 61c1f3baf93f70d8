"""The library's factorisation: it exchanges rows where that is better, which does not happen to the program's arguments."""

import torch


def loss(A):
    return torch.sum(torch.cos(torch.linalg.lu_factor(A).LU))
