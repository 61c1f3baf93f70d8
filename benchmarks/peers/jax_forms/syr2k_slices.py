"""As `syr2k`; the lower triangle and its mirror image."""

import jax.numpy as jnp
from jax_forms.syr2k import updated


def loss(alpha, beta, A, B, C):
    lower = jnp.tril(updated(alpha, beta, A, B, C))
    C = lower + jnp.tril(lower, -1).T
    return jnp.mean(C * C) + jnp.trace(C)
