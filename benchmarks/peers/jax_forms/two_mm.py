"""Two matrix products."""

import jax.numpy as jnp


def two_mm(alpha, beta, A, B, C, D):
    return alpha * A @ B @ C + beta * D


def loss(alpha, beta, A, B, C, D):
    return jnp.sum(jnp.tanh(two_mm(alpha, beta, A, B, C, D)))
