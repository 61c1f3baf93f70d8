"""As the program, on new tensors."""

import torch


def loss(A, b, iterations):
    x = torch.zeros_like(b)
    r = p = b
    rs = r @ r
    for _ in range(iterations):
        Ap = A @ p
        alpha = rs / (p @ Ap)
        x = x + alpha * p
        r = r - alpha * Ap
        rs_new = r @ r
        p = r + rs_new / rs * p
        rs = rs_new
    return torch.sum(torch.sin(x))
