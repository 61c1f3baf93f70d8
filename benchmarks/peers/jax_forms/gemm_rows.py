"""One product of matrices."""

import jax.numpy as jnp
from jax_forms.gemm import gemm


def loss(alpha, beta, A, B, C):
    return jnp.mean(jnp.log1p(gemm(alpha, beta, A, B, C) ** 2))
