"""A loop over the intermediate nodes, each a step on the whole table."""

import torch

from peers.torch_forms.floyd_warshall import floyd_warshall


def loss(d, demand):
    d = floyd_warshall(d)
    return torch.sum(demand * d) + torch.sum(torch.log(1.0 + d))
