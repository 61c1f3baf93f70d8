"""A scan over the time steps on whole arrays."""

import jax.numpy as jnp
from jax import lax


def step(fields, source):
    ex, ey, hz = fields
    ey = jnp.concatenate([jnp.full_like(ey[:1], source), ey[1:] - 0.5 * (hz[1:] - hz[:-1])])
    ex = ex.at[:, 1:].add(-0.5 * (hz[:, 1:] - hz[:, :-1]))
    hz = hz.at[:-1, :-1].add(-0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1]))
    return (ex, ey, hz), hz[1, 1]


def loss(ex, ey, hz, source):
    (ex, ey, hz), _ = lax.scan(step, (ex, ey, hz), source)
    return jnp.sum(ex**2) + jnp.sum(jnp.sin(ey)) + jnp.sum(hz**2)
