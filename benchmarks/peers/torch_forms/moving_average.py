"""Recurrences of first order by a loop over days; the window by cumulative sums."""

import torch
from torch.nn.functional import pad

SCALAR_LOOPS = True


def smoothed(x, alpha):
    """Exponential averages along the first axis."""
    y = [x[0]]
    for now in x[1:].unbind():
        y.append(alpha * now + (1.0 - alpha) * y[-1])
    return torch.stack(y)


def rolling_mean(x, window):
    n = len(x)
    sums = pad(torch.cumsum(x, 0), (1, 0))
    t = torch.arange(n)
    return (sums[1:] - sums[torch.clamp(t + 1 - window, min=0)]) / torch.clamp(t + 1, max=window)


def loss(log_prices, fast, slow, window):
    prices = torch.exp(log_prices)
    alpha = 2.0 / (torch.stack([fast, slow]) + 1.0)
    both = smoothed(prices[:, None].expand(-1, 2), alpha)
    macd = both[:, 0] - both[:, 1]
    gap = prices - rolling_mean(prices, window)
    return torch.mean((macd - smoothed(macd, 0.5)) ** 2) + torch.mean(gap**2)
