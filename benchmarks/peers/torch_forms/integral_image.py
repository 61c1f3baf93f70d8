"""The library's pooling, without what is padded."""

import torch
import torch.nn.functional as F


def box_mean(image, radius):
    size = 2 * radius + 1
    return F.avg_pool2d(image[None, None], size, stride=1, padding=radius, count_include_pad=False)[0, 0]


def loss(image, radius):
    return torch.sum(torch.sin(box_mean(image, radius)))
