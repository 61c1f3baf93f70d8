"""The library's factorisation (no rows are exchanged for the program's arguments) and two triangular solves."""

import torch


def loss(A, b):
    factors = torch.linalg.lu_factor(A).LU
    y = torch.linalg.solve_triangular(factors, b[:, None], upper=False, unitriangular=True)
    x = torch.linalg.solve_triangular(factors, y, upper=True)
    return torch.sum(x**2) + torch.sum(torch.sin(y)) + 0.1 * torch.sum(factors)
