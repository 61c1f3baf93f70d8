"""All spots at once (`vmap`), a scan over the levels of the tree; what is beyond a level is computed, but not read."""

import jax
import jax.numpy as jnp
from jax import lax

STATIC = (5,)


def american_put(S, K, r, sigma, T, steps):
    dt = T / steps
    u = jnp.exp(sigma * jnp.sqrt(dt))
    d = 1.0 / u
    p = (jnp.exp(r * dt) - d) / (u - d)
    disc = jnp.exp(-r * dt)
    prices = S * d**steps * (u / d) ** jnp.arange(steps + 1)

    @jax.checkpoint
    def back(state, _):
        values, prices = state
        prices = prices / d
        held = disc * (p * jnp.append(values[1:], 0.0) + (1.0 - p) * values)
        exercise = K - prices
        return (jnp.where(exercise > held, exercise, held), prices), None

    (values, _), _ = lax.scan(back, (jnp.maximum(K - prices, 0.0), prices), None, length=steps)
    return values[0]


def loss(spots, K, r, sigma, T, steps):
    return jnp.sum(jax.vmap(lambda S: american_put(S, K, r, sigma, T, steps))(spots))
