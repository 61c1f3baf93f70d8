"""The library's sort."""

import torch


def loss(values, heights):
    values, order = torch.sort(values)
    heights = heights[order]
    area = torch.sum(0.5 * torch.diff(values) * (heights[:-1] + heights[1:]))
    return area**2 + torch.sum(torch.cos(values))
