"""The symmetric matrix from its lower triangle, and one product."""

import jax.numpy as jnp


def symm(alpha, beta, A, B, C):
    return alpha * (jnp.tril(A) + jnp.tril(A, -1).T) @ B + beta * C


def loss(alpha, beta, A, B, C):
    return jnp.sum(jnp.tanh(symm(alpha, beta, A, B, C)))
