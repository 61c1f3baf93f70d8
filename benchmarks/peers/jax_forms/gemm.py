"""One product of matrices."""

import jax.numpy as jnp


def gemm(alpha, beta, A, B, C):
    return alpha * (A @ B) + beta * C


def loss(alpha, beta, A, B, C):
    return jnp.sum(jnp.sin(gemm(alpha, beta, A, B, C)))
