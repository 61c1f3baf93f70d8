"""Two products with a matrix."""

import jax.numpy as jnp


def loss(A, x):
    return jnp.sum(jnp.sin((A @ x) @ A))
