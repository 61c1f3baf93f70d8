"""One product of matrices."""

import jax.numpy as jnp
from jax_forms.gemm import gemm


def loss(alpha, beta, A, B, C):
    return 0.5 * jnp.sum((gemm(alpha, beta, A, B, C) - 1.0) ** 2)
