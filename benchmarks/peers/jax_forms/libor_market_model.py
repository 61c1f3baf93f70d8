"""All paths and rates at once in a scan over the normal numbers: the drift is a cumulative sum over the rates."""

import jax.numpy as jnp
import numpy as np
from jax import lax


def evolve(L, lam, normals, delta):
    """L has a row per path; rates that have been fixed already have a volatility of 0."""
    steps, count = normals.shape[1], L.shape[1]
    shift = np.arange(count) - np.arange(steps)[:, None] - 1
    volatility = jnp.where(shift >= 0, lam[np.maximum(shift, 0)], 0.0)

    def step(L, now):
        z, lam = now
        con1 = delta * lam
        v = jnp.cumsum(con1 * L / (1.0 + delta * L), axis=1)
        return L * jnp.exp(con1 * v + lam * (jnp.sqrt(delta) * z[:, None] - 0.5 * con1)), None

    return lax.scan(step, L, (normals.T, volatility))[0]


def loss(L0, lam, normals, rates, maturities):
    delta = 0.25
    paths, steps = normals.shape
    L = evolve(jnp.broadcast_to(L0, (paths, len(L0))), lam, normals, delta)
    discounts = 1.0 / (1.0 + delta * L)
    B = jnp.cumprod(discounts[:, steps:], axis=1)
    S = delta * jnp.cumsum(B, axis=1)
    swap = B[:, maturities - 1] + rates * S[:, maturities - 1] - 1.0
    value = jnp.sum(0.5 * (swap + jnp.sqrt(swap**2 + 1e-4)), axis=1)
    return 100.0 * jnp.mean(value * jnp.prod(discounts[:, :steps], axis=1))
