"""Exponential moving averages and the MACD of prices; a running window by a ring buffer that is written round."""

import numpy as np


def ema(x, span):
    alpha = 2.0 / (span + 1.0)
    y = np.empty_like(x)
    y[0] = x[0]
    for t in range(1, x.size):
        y[t] = alpha * x[t] + (1.0 - alpha) * y[t - 1]
    return y


def rolling_mean(x, window):
    ring = np.zeros(window)
    y = np.zeros_like(x)
    total = 0.0
    for t in range(len(x)):
        slot = t % window
        total -= ring[slot]
        ring[slot] = x[t]
        total += ring[slot]
        y[t] = total / min(t + 1, window)
    return y


def loss(log_prices, fast, slow, window):
    prices = np.exp(log_prices)
    macd = ema(prices, fast) - ema(prices, slow)
    signal = ema(macd, 3.0)
    gap = prices - rolling_mean(prices, window)
    return np.mean((macd - signal) ** 2) + np.mean(gap**2)


def arguments(rng, n):
    return 0.1 * np.cumsum(rng.normal(size=3 * n)), 2.5, 5.5, n
