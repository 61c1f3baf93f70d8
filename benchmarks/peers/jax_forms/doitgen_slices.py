"""Two products with a matrix."""

import jax.numpy as jnp


def loss(A, C4):
    return jnp.mean((A @ C4 @ C4.T) ** 2)
