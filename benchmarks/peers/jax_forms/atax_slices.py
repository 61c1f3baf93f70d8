"""Two products with a matrix."""

import jax.numpy as jnp


def loss(A, x):
    tmp = A @ x
    return jnp.sum((tmp @ A) ** 2) + jnp.sum(jnp.tanh(tmp))
