"""A loop over the order, whole arrays in a step."""

import torch

from peers.torch_forms.durbin import durbin


def loss(r):
    y, beta = durbin(r)
    return y @ y + torch.log(beta[0])
