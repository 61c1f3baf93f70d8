"""The library's attention needs batches; here the products are written out, with a causal mask."""

import math

import torch


def loss(x, Wq, Wk, Wv, target):
    q, k, v = x @ Wq, x @ Wk, x @ Wv
    scores = q @ k.T / math.sqrt(Wq.shape[1])
    future = torch.ones(scores.shape, dtype=torch.bool).triu(1)
    weights = torch.softmax(scores.masked_fill(future, -math.inf), dim=1)
    return torch.sum((weights @ v - target) ** 2)
