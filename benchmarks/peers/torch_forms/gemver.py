"""Outer products and two products with the matrix, on whole arrays."""

import torch


def gemver(alpha, beta, A, u1, v1, u2, v2, w, x, y, z):
    A = A + torch.outer(u1, v1) + torch.outer(u2, v2)
    x = x + beta * (y @ A) + z
    return A, w + alpha * (A @ x), x


def loss(alpha, beta, A, u1, v1, u2, v2, y, z):
    A, w, _ = gemver(alpha, beta, A, u1, v1, u2, v2, 0.0, 0.0, y, z)
    return torch.sum(torch.sin(w)) + 0.1 * torch.sum(A**2)
