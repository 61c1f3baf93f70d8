"""The library's sort."""

import jax.numpy as jnp


def loss(values, heights):
    order = jnp.argsort(values)
    values, heights = values[order], heights[order]
    area = jnp.sum(0.5 * jnp.diff(values) * (heights[:-1] + heights[1:]))
    return area**2 + jnp.sum(jnp.cos(values))
