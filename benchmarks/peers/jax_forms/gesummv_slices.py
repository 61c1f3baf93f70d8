"""Two products with matrices."""

import jax.numpy as jnp


def loss(alpha, beta, A, B, x):
    y = alpha * (A @ x) + beta * (B @ x)
    return jnp.sum(jnp.log(1.0 + y**2))
