"""A scan over the time steps, all paths at once; the lowest price is carried along."""

import jax.numpy as jnp
from jax import lax


def loss(S0, v0, kappa, theta, xi, rho, r, dt, z, strike):
    steps, paths = z.shape[1:]

    def step(state, z):
        S, v, lowest = state
        root = jnp.sqrt(v * dt)
        z_v = rho * z[0] + jnp.sqrt(1 - rho**2) * z[1]
        S = S * jnp.exp((r - 0.5 * v) * dt + root * z[0])
        v = v + kappa * (theta - v) * dt + xi * root * z_v
        v = 0.5 * (v + jnp.sqrt(v**2 + 1e-4))
        return (S, v, jnp.minimum(lowest, S)), None

    start = jnp.full(paths, S0), jnp.full(paths, v0), jnp.full(paths, S0)
    (S, _, lowest), _ = lax.scan(step, start, jnp.swapaxes(z, 0, 1))
    alive = 1.0 / (1.0 + jnp.exp(-(lowest - 0.8 * S0)))
    gain = S - strike
    payoff = 0.5 * (gain + jnp.sqrt(gain**2 + 1.0)) * alive
    return jnp.exp(-r * dt * steps) * jnp.mean(payoff)
