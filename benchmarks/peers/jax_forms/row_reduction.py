"""Row and column lengths of the whole matrix, and `jnp.linalg.solve` in place of an inverse."""

import jax.numpy as jnp


def loss(A, b):
    rows = jnp.sqrt(jnp.sum(A**2, axis=1))
    A = A / rows[:, None]
    columns = jnp.sqrt(jnp.sum(A**2, axis=0))
    x = jnp.linalg.solve(A / columns, b / rows) / columns
    return x @ x + jnp.sum(jnp.log(rows)) + jnp.sum(jnp.log(columns))
