"""The program as it stands, in PyTorch."""

import torch


def loss(x):
    bump = torch.exp(-0.5 * x**2)
    mixed = torch.tanh(torch.sin(x) + 0.5 * bump) * x
    return torch.sum(torch.log1p(mixed**2) / (1.0 + bump))
