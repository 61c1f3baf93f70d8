"""Three matrix products."""

import jax.numpy as jnp


def loss(A, B, C, D):
    E, F = A @ B, C @ D
    return jnp.sum(jnp.cos(E @ F)) + 0.1 * jnp.sum(E * E) + 0.1 * jnp.sum(F * F)
