"""Two products with a matrix."""

import jax.numpy as jnp


def loss(A, p, r):
    return jnp.sum(jnp.exp(-0.1 * (A @ p) ** 2)) + jnp.sum(jnp.exp(-0.1 * (r @ A) ** 2))
