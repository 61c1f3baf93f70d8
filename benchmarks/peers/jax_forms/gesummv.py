"""Two products with matrices."""

import jax.numpy as jnp


def loss(alpha, beta, A, B, x):
    tmp = A @ x
    y = alpha * tmp + beta * (B @ x)
    return jnp.sum(y**2) + jnp.sum(jnp.cos(tmp))
