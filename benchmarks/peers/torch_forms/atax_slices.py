"""Two products with a matrix."""

import torch


def loss(A, x):
    tmp = A @ x
    return torch.sum((tmp @ A) ** 2) + torch.sum(torch.tanh(tmp))
