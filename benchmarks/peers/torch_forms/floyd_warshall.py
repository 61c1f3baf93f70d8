"""A loop over the intermediate nodes, each a step on the whole table."""

import torch


def floyd_warshall(path):
    for k in range(len(path)):
        detour = path[:, k, None] + path[k]
        path = torch.where(detour < path, detour, path)
    return path


def loss(path):
    return torch.sum(torch.sqrt(1.0 + floyd_warshall(path) ** 2))
