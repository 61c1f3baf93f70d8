"""The library's factorisation, and triangular solves with its factors."""

import torch


def factored(A):
    """(the factors as one matrix, the order of the rows)."""
    factors, pivots = torch.linalg.lu_factor(A)
    order = list(range(len(A)))
    for row, other in enumerate(pivots.tolist()):
        order[row], order[other - 1] = order[other - 1], order[row]
    return factors, order


def solved(factors, b):
    """x with L U x = b."""
    y = torch.linalg.solve_triangular(factors, b[:, None], upper=False, unitriangular=True)
    return torch.linalg.solve_triangular(factors, y, upper=True)[:, 0]


def loss(A, b):
    factors, order = factored(A)
    # what elimination leaves of A is its upper factor
    return torch.sum(torch.sin(solved(factors, b[order]))) + 0.1 * torch.sum(torch.triu(factors) ** 2)
