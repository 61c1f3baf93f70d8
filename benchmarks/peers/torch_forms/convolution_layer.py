"""The library's convolution."""

import torch
import torch.nn.functional as F


def loss(images, filters, bias, target):
    y = F.conv2d(images.permute(0, 3, 1, 2), filters.permute(3, 2, 0, 1), bias).permute(0, 2, 3, 1)
    return 0.5 * torch.mean((torch.tanh(y) - target) ** 2)
