"""An American put on a binomial tree: one array of values, rolled back in place; early exercise by a maximum."""

import numpy as np


def american_put(S, K, r, sigma, T, steps):
    dt = T / steps
    u = np.exp(sigma * np.sqrt(dt))
    d = 1.0 / u
    p = (np.exp(r * dt) - d) / (u - d)
    disc = np.exp(-r * dt)

    prices = np.zeros(steps + 1)
    prices[0] = S * d**steps
    for i in range(1, steps + 1):
        prices[i] = prices[i - 1] * (u / d)

    values = np.maximum(K - prices, 0.0)
    for step in range(steps - 1, -1, -1):
        for i in range(step + 1):
            values[i] = disc * (p * values[i + 1] + (1.0 - p) * values[i])
            prices[i] = prices[i] / d
            exercise = K - prices[i]
            if exercise > values[i]:
                values[i] = exercise
    return values[0]


def loss(spots, K, r, sigma, T, steps):
    quotes = np.empty(len(spots))
    for k, S in enumerate(spots):
        quotes[k] = american_put(S, K, r, sigma, T, steps)
    return np.sum(quotes)


def arguments(rng, n):
    return np.array([98.7, 103.1]) + rng.uniform(-0.3, 0.3, 2), 101.3, 0.06, 0.31, 0.75, n
