"""The library's sort."""

import jax.numpy as jnp


def loss(keys, values):
    order = jnp.argsort(keys)
    ra, rb = keys[order], values[order]
    area = jnp.sum(0.5 * jnp.diff(ra) * (rb[1:] + rb[:-1]))
    return area + jnp.sum(ra * jnp.arange(len(ra)) ** 2) + jnp.sum(rb**2)
