"""Outer products and two products with the matrix, on whole arrays."""

import jax.numpy as jnp


def gemver(alpha, beta, A, u1, v1, u2, v2, w, x, y, z):
    A = A + jnp.outer(u1, v1) + jnp.outer(u2, v2)
    x = x + beta * (y @ A) + z
    return A, w + alpha * (A @ x), x


def loss(alpha, beta, A, u1, v1, u2, v2, y, z):
    A, w, _ = gemver(alpha, beta, A, u1, v1, u2, v2, 0.0, 0.0, y, z)
    return jnp.sum(jnp.sin(w)) + 0.1 * jnp.sum(A**2)
