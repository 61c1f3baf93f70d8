"""The library's QR factorisation, whose reflections have the same signs, and its triangular solve."""

import torch


def loss(A, b):
    Q, R = torch.linalg.qr(A)
    c = b @ Q
    x = torch.linalg.solve_triangular(R, c[:, None], upper=True)
    residual = b - Q @ c
    # below the diagonal are zeros, each with a cosine of 1
    zeros = A.numel() - R.numel()
    lengths = torch.sum(residual**2) + torch.sum(R**2) / A.numel()
    return torch.sum(torch.sin(x)) + lengths + torch.sum(torch.cos(R)) + zeros
