"""The library's solve."""

import torch


def loss(A, b):
    return torch.sum(torch.tanh(torch.linalg.solve(A, b)))
