"""Two products with a matrix."""

import jax.numpy as jnp


def loss(A, p, r):
    return jnp.sum(jnp.sin(A @ p)) + jnp.sum((r @ A) ** 2)
