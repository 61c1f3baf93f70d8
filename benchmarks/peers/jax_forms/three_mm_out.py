"""Three matrix products."""

import jax.numpy as jnp


def loss(A, B, C, D, scale):
    G = (A @ B) @ (C @ D) / scale
    return jnp.sum(G**2) + jnp.trace(G)
