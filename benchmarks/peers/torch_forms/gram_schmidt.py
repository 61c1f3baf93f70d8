"""The library's QR factorisation, with the signs for which the diagonal of R is positive."""

import torch


def positive_qr(A):
    Q, R = torch.linalg.qr(A)
    signs = torch.sign(torch.diag(R)).detach()
    return Q * signs, R * signs[:, None]


def loss(A):
    Q, R = positive_qr(A)
    left = Q * torch.diag(R)
    return torch.sum(torch.sin(Q)) + torch.sum(R**2) / len(R) + torch.sum(torch.cos(R)) + torch.sum(torch.tanh(left))
