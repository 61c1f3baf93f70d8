"""All paths at once; the logarithms of the prices are a cumulative sum over time."""

import torch
import torch.nn.functional as F


def loss(S0, strike, rate, sigma, corr, maturity, normals, width=5.0):
    dt = maturity / normals.shape[1]
    # the lower triangle is what is read
    lower = torch.tril(corr, -1)
    L = torch.linalg.cholesky(lower + lower.T + torch.diag(torch.diag(corr)))
    steps = (rate - 0.5 * sigma**2) * dt + sigma * torch.sqrt(dt) * (normals @ L.T)
    average = torch.mean(S0 * torch.exp(torch.cumsum(steps, dim=1)), dim=(1, 2))
    payoff = width * F.softplus((average - strike) / width, threshold=50)
    return torch.exp(-rate * maturity) * torch.mean(payoff)
