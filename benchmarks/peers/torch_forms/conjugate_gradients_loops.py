"""The product with the sparse matrix by `index_add`."""

import torch


def loss(data, indices, indptr, x, b, iterations):
    n = len(b)
    rows = torch.repeat_interleave(torch.arange(n), torch.diff(indptr))

    def summed(entries):
        return torch.zeros(n).index_add(0, rows, entries)

    def spmv(x):
        return summed(data * x[indices])

    diagonal = summed(torch.where(indices == rows, data, 0.0))
    r = b - spmv(x)
    p = z = r / diagonal
    rho = r @ z
    for _ in range(iterations):
        q = spmv(p)
        alpha = rho / (p @ q)
        x = x + alpha * p
        r = r - alpha * q
        z = r / diagonal
        rho_new = r @ z
        p = z + rho_new / rho * p
        rho = rho_new
    return torch.sum(x**2) + torch.sum(torch.sin(x))
