"""Two matrix-vector products."""

import jax.numpy as jnp
from jax_forms.mvt import mvt


def loss(x1, x2, y1, y2, A):
    x1, x2 = mvt(x1, x2, y1, y2, A)
    return 0.5 * jnp.sum(x1**2) + jnp.sum(jnp.tanh(x2))
