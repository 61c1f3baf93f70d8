"""Outer products and two products with the matrix, on whole arrays."""

import jax.numpy as jnp
from jax_forms.gemver import gemver


def loss(alpha, beta, A, u1, v1, u2, v2, w, x, y, z):
    A, w, x = gemver(alpha, beta, A, u1, v1, u2, v2, w, x, y, z)
    return jnp.mean(A**2) + jnp.mean(x**2) + jnp.mean(jnp.tanh(w))
