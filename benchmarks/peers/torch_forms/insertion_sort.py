"""The library's sort."""

import torch


def loss(x, weights):
    x = torch.sort(x).values
    return torch.sum(weights * torch.sin(x)) + torch.mean(x[1:-1]) ** 2 + (x[-1] - x[0]) ** 2
