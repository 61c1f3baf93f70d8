"""`jnp.linalg.solve`."""

import jax.numpy as jnp


def loss(A, b):
    return jnp.sum(jnp.tanh(jnp.linalg.solve(A, b)))
