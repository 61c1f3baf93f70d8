"""The library's convolutions; images have their channels last."""

import torch
from torch.nn.functional import pad

from peers.torch_forms.lenet import conv2d


def batchnorm2d(x, gamma, beta, eps=1e-3):
    centred = x - torch.mean(x, dim=0)
    return gamma * centred / torch.sqrt(torch.mean(centred**2, dim=0) + eps) + beta


def residual_block(x, conv1, conv2, conv3, gamma, beta):
    y = pad(conv2d(x, conv1), (0, 0, 1, 1, 1, 1))
    y = torch.relu(batchnorm2d(y, gamma[0], beta[0]))
    y = torch.relu(batchnorm2d(conv2d(y, conv2), gamma[1], beta[1]))
    return torch.relu(batchnorm2d(conv2d(y, conv3), gamma[2], beta[2]) + x)


def loss(x, conv1, conv2, conv3, gamma, beta):
    return torch.mean(residual_block(x, conv1, conv2, conv3, gamma, beta) ** 2)
