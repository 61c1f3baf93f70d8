"""Whole arrays and one product; the diagonal is set."""

import math

import torch


def correlation(data, eps=0.1):
    n, m = data.shape
    centred = data - torch.mean(data, dim=0)
    variance = torch.mean(centred**2, dim=0)
    scaled = torch.sqrt(variance) > eps
    data = centred / (math.sqrt(n) * torch.where(scaled, torch.sqrt(torch.where(scaled, variance, 1.0)), 1.0))
    return data, torch.where(torch.eye(m, dtype=torch.bool), 1.0, data.T @ data)


def loss(data):
    data, corr = correlation(data)
    return torch.sum(torch.exp(corr)) + 0.3 * torch.sum(data**3)
