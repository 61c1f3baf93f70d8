"""One product with a matrix."""

import jax.numpy as jnp


def loss(A, C4):
    return jnp.sum(jnp.sin(A @ C4))
