"""The library's sort."""

import torch


def loss(keys, values):
    ra, order = torch.sort(keys)
    rb = values[order]
    area = torch.sum(0.5 * torch.diff(ra) * (rb[1:] + rb[:-1]))
    return area + torch.sum(ra * torch.arange(len(ra)) ** 2) + torch.sum(rb**2)
