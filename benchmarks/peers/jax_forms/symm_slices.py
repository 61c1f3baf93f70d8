"""As `symm`: the symmetric matrix from its lower triangle, and one product."""

import jax.numpy as jnp
from jax_forms.symm import symm


def loss(alpha, beta, A, B, C):
    return 0.5 * jnp.sum(symm(alpha, beta, A, B, C) ** 2)
