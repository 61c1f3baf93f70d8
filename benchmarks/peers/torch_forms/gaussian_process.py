"""The kernel of all pairs at once; the library's factorisation and triangular solve."""

import math

import torch


def loss(X, y, length_scale, signal, noise):
    n = len(y)
    scaled = X / length_scale
    r = scaled[:, None, :] - scaled[None, :, :]
    K = signal**2 * torch.exp(-0.5 * torch.sum(r * r, dim=2)) + noise**2 * torch.eye(n)
    L = torch.linalg.cholesky(K)
    z = torch.linalg.solve_triangular(L, y[:, None], upper=False)
    return 0.5 * torch.sum(z**2) + torch.sum(torch.log(torch.diag(L))) + 0.5 * n * math.log(2 * math.pi)
