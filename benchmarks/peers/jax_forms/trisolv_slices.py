"""`solve_triangular`."""

import jax.numpy as jnp
from jax.scipy.linalg import solve_triangular


def loss(L, B):
    return 0.5 * jnp.sum((solve_triangular(L, B, lower=True) - 1.0) ** 2)
