"""Recurrences of first order by scans over single numbers (`lax.associative_scan` is slower); the window by cumulative sums."""

import jax.numpy as jnp
import numpy as np
from jax import lax

STATIC = (3,)
SCALAR_LOOPS = True


def smoothed(x, alpha):
    """Exponential averages along the first axis."""

    def step(y, x):
        y = alpha * x + (1.0 - alpha) * y
        return y, y

    return jnp.concatenate([x[:1], lax.scan(step, x[0], x[1:])[1]])


def rolling_mean(x, window):
    n = len(x)
    sums = jnp.concatenate([jnp.zeros(1), jnp.cumsum(x)])
    t = np.arange(n)
    return (sums[1:] - sums[np.maximum(t + 1 - window, 0)]) / np.minimum(t + 1, window)


def loss(log_prices, fast, slow, window):
    prices = jnp.exp(log_prices)
    alpha = 2.0 / (jnp.stack([fast, slow]) + 1.0)
    both = smoothed(jnp.stack([prices, prices], axis=1), alpha)
    macd = both[:, 0] - both[:, 1]
    gap = prices - rolling_mean(prices, window)
    return jnp.mean((macd - smoothed(macd, 0.5)) ** 2) + jnp.mean(gap**2)
