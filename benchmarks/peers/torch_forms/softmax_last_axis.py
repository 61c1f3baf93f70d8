"""The library's `softmax` and `log_softmax`."""

import torch


def loss(x, w):
    return -torch.sum(torch.softmax(x, dim=-1) * torch.log_softmax(w * x, dim=-1)) / len(x)
