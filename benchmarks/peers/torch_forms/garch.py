"""The variances by a loop over the days; all the rest is whole arrays."""

import math

import torch

SCALAR_LOOPS = True


def loss(returns, mu, omega, alpha, beta):
    square = (returns - mu) ** 2
    sigma2 = [omega / (1.0 - alpha - beta)]
    for shock in (omega + alpha * square[:-1]).unbind():
        sigma2.append(shock + beta * sigma2[-1])
    sigma2 = torch.stack(sigma2)
    return 0.5 * torch.sum(math.log(2 * math.pi) + torch.log(sigma2) + square / sigma2)
