"""Paths by a cumulative sum, a scan backwards over time; the regression by masks as weights, and without derivative.

What it estimates only decides which paths are exercised.
"""

import jax
import jax.numpy as jnp
from jax import lax


def loss(S0, sigma, r, strike, Z):
    steps = len(Z)
    dt = 1.0 / steps
    S = S0 * jnp.exp(jnp.cumsum((r - sigma**2 / 2) * dt + sigma * jnp.sqrt(dt) * Z, axis=0))
    discount = jnp.exp(-r * dt)

    @jax.checkpoint
    def back(cash, S):
        cash = cash * discount
        inside = strike > S
        s, kept = lax.stop_gradient((S / strike, cash))
        X = jnp.stack([jnp.ones_like(s), s, s**2]) * inside
        enough = jnp.sum(inside) > 3
        coefficients = jnp.linalg.solve(jnp.where(enough, X @ X.T, jnp.eye(3)), X @ kept)
        now = strike - S
        better = inside & enough & (now > coefficients @ X)
        return jnp.where(better, now, cash), None

    cash, _ = lax.scan(back, jnp.maximum(strike - S[-1], 0.0), S[:-1], reverse=True)
    return discount * jnp.mean(cash)
