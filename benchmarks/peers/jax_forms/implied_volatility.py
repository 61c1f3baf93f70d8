"""All quotes at once; Newton in a while loop that is not differentiated, then one differentiated step of it."""

import jax.numpy as jnp
from jax import lax
from jax.scipy.stats import norm


def call_price(S, K, T, r, sigma):
    root = sigma * jnp.sqrt(T)
    d1 = (jnp.log(S / K) + (r + 0.5 * sigma**2) * T) / root
    return S * norm.cdf(d1) - K * jnp.exp(-r * T) * norm.cdf(d1 - root), S * norm.pdf(d1) * jnp.sqrt(T)


def implied(price, S, K, T, r):
    def unfinished(state):
        _, error, count = state
        return jnp.any(jnp.abs(error) >= 1e-13) & (count < 50)

    def newton(state):
        sigma, error, count = state
        _, vega = call_price(S, K, T, r, sigma)
        sigma = jnp.where(jnp.abs(error) < 1e-13, sigma, sigma - error / vega)
        return sigma, call_price(S, K, T, r, sigma)[0] - price, count + 1

    sigma = jnp.full_like(price, 0.3)
    start = (sigma, call_price(S, K, T, r, sigma)[0] - price, 0)
    return lax.while_loop(unfinished, newton, start)[0]


def loss(prices, strikes, S, T, r):
    sigma = implied(*lax.stop_gradient((prices, S, strikes, T, r)))
    value, vega = call_price(S, strikes, T, r, sigma)
    smile = sigma - (value - prices) / lax.stop_gradient(vega)
    moneyness = jnp.log(strikes / S)
    X = jnp.stack([jnp.ones_like(moneyness), moneyness, moneyness**2], axis=1)
    level, skew, curvature = jnp.linalg.solve(X.T @ X, X.T @ smile)
    return level + 0.5 * skew**2 + 0.1 * curvature + jnp.sum(smile**2)
