"""Row and column lengths of the whole matrix, and the library's solve in place of an inverse."""

import torch


def loss(A, b):
    rows = torch.sqrt(torch.sum(A**2, dim=1))
    A = A / rows[:, None]
    columns = torch.sqrt(torch.sum(A**2, dim=0))
    x = torch.linalg.solve(A / columns, b / rows) / columns
    return x @ x + torch.sum(torch.log(rows)) + torch.sum(torch.log(columns))
