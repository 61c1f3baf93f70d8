"""Two matrix products."""

import jax.numpy as jnp
from jax_forms.two_mm import two_mm


def loss(alpha, beta, A, B, C, D):
    return jnp.mean(two_mm(alpha, beta, A, B, C, D) ** 2)
