"""Distances of all points to all centres at once; sums and counts as products with the one-hot labels."""

import torch
import torch.nn.functional as F


def distances(points, centres):
    return torch.sum((points[:, None] - centres) ** 2, dim=-1)


def loss(points, centres, iterations):
    for _ in range(iterations):
        labels = torch.argmin(distances(points, centres).detach(), dim=1)
        chosen = F.one_hot(labels, len(centres)).to(points.dtype).T
        # a centre that nobody chose has a sum of 0 and stays
        centres = (centres + chosen @ points) / (chosen.sum(1) + 1)[:, None]
    distance = distances(points, centres)
    return torch.mean(torch.amin(distance, dim=1)) + 0.01 * torch.mean(distance)
