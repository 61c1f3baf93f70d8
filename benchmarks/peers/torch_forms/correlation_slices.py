"""Whole arrays and one product; the diagonal is set."""

import torch

from peers.torch_forms.correlation import correlation


def loss(data):
    data, corr = correlation(data)
    return torch.sum(torch.tanh(corr)) + torch.sum(torch.sin(data))
