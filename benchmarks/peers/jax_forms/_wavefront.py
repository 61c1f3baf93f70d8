"""Tables whose entries need their upper and left neighbours, as their anti-diagonals: what a scan goes along."""

import jax.numpy as jnp


def diagonals(table):
    """(n, m, ...) to (n + m - 1, n, ...): row d has table[i, d - i] at i, and 0 where there is no such entry."""
    n, m = table.shape[:2]
    rest = [(0, 0)] * (table.ndim - 2)
    wide = jnp.pad(table, [(0, 0), (0, n), *rest]).reshape(n * (m + n), *table.shape[2:])
    return jnp.moveaxis(wide[: n * (m + n - 1)].reshape(n, m + n - 1, *table.shape[2:]), 0, 1)


def from_diagonals(rows, m):
    """The way back, to (n, m, ...)."""
    length, n = rows.shape[:2]
    rest = [(0, 0)] * (rows.ndim - 2)
    wide = jnp.moveaxis(rows, 1, 0).reshape(n * length, *rows.shape[2:])
    return jnp.pad(wide, [(0, n), *rest]).reshape(n, length + 1, *rows.shape[2:])[:, :m]
