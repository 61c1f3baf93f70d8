"""One product of the centred table with itself."""

import torch


def covariance(data):
    data = data - torch.mean(data, dim=0)
    return data.T @ data / (len(data) - 1)


def loss(data):
    return torch.sum(torch.sin(covariance(data)))
