"""One product of the centred table with itself."""

import torch

from peers.torch_forms.covariance import covariance


def loss(data):
    cov = covariance(data)
    return torch.sum(torch.log1p(cov**2)) + torch.trace(cov)
