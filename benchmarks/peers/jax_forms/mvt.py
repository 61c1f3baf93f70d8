"""Two matrix-vector products."""

import jax.numpy as jnp


def mvt(x1, x2, y1, y2, A):
    return x1 + A @ y1, x2 + y2 @ A


def loss(x1, x2, y1, y2, A):
    x1, x2 = mvt(x1, x2, y1, y2, A)
    return jnp.sum(x1 * x2) + jnp.sum(jnp.cos(x1))
