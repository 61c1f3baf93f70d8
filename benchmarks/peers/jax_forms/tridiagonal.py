"""`lax.linalg.tridiagonal_solve`."""

import jax.numpy as jnp
from jax import lax


def loss(a, b, c, d):
    x = lax.linalg.tridiagonal_solve(jnp.pad(a, (1, 0)), b, jnp.pad(c, (0, 1)), d[:, None])[:, 0]
    return jnp.sum(jnp.sin(x)) + 0.5 * jnp.sum(x**2)
