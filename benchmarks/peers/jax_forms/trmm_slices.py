"""As `trmm`: one product with the strict lower triangle."""

import jax.numpy as jnp
from jax_forms.trmm import trmm


def loss(alpha, A, B):
    return jnp.mean(trmm(alpha, A, B) ** 2)
