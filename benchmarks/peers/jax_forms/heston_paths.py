"""A scan over the time steps for the variances; the prices follow from them by a cumulative sum, all paths at once."""

import jax
import jax.numpy as jnp
from jax import lax


def loss(S0, v0, kappa, theta, xi, rho, r, dt, z, strike):
    steps, paths = z.shape[1:]

    @jax.checkpoint
    def step(v, z):
        new = v + kappa * (theta - v) * dt + xi * jnp.sqrt(v * dt) * z
        return 0.5 * (new + jnp.sqrt(new**2 + 1e-4)), v

    _, v = lax.scan(step, jnp.full(paths, v0), rho * z[0] + jnp.sqrt(1 - rho**2) * z[1])
    S = S0 * jnp.exp(jnp.cumsum((r - 0.5 * v) * dt + jnp.sqrt(v * dt) * z[0], axis=0))
    lowest = jnp.minimum(S0, jnp.min(S, axis=0))
    alive = 1.0 / (1.0 + jnp.exp(-(lowest - 0.8 * S0)))
    gain = S[-1] - strike
    payoff = 0.5 * (gain + jnp.sqrt(gain**2 + 1.0)) * alive
    return jnp.exp(-r * dt * steps) * jnp.mean(payoff)
