"""The program in PyTorch; what is the same for all points is taken out of the sum."""

import math

import torch

FREEDOM = 5.0
CONSTANT = math.lgamma(0.5 * (FREEDOM + 1.0)) - math.lgamma(0.5 * FREEDOM) - 0.5 * math.log(math.pi * FREEDOM)


def loss(points, location, log_scale):
    z = (points - location) * torch.exp(-log_scale)
    return len(points) * (CONSTANT - log_scale) - 0.5 * (FREEDOM + 1.0) * torch.sum(torch.log1p(z**2 / FREEDOM))
