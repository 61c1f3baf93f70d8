"""Products by segment sums over the stored entries; the sweeps are a scan over rows, each of which gathers its few entries.

The bounds of the rows become the row of each entry and a table of the entries of each row, padded to the longest.
"""

import jax.numpy as jnp
import numpy as np
from jax import lax

STATIC = (6,)
SCALAR_LOOPS = True


def convert(indptr, indices, data, diagonal, b, omega, sweeps):
    counts = np.diff(indptr)
    slots = indptr[:-1, None] + np.arange(max(counts.max(), 1))
    table = np.where(slots < indptr[1:, None], slots, len(indices))
    return (np.repeat(np.arange(len(counts)), counts), table), indices, data, diagonal, b, omega, sweeps


def loss(layout, indices, data, diagonal, b, omega, sweeps):
    rows, table = layout
    n = len(b)
    # the entry behind the last one fills the rows up
    entries = jnp.append(data, 0.0)[table]
    columns = jnp.append(indices, 0)[table]
    lines = (np.arange(n), entries, columns, b, diagonal)

    def one_row(x, line):
        i, entries, columns, b, diagonal = line
        s = b - jnp.sum(entries * x[columns])
        return x.at[i].set((1 - omega) * x[i] + omega * s / diagonal), None

    x = jnp.zeros(n)
    for sweep in range(sweeps):
        x, _ = lax.scan(one_row, x, lines, reverse=sweep % 2 == 1)
    r = b - jnp.zeros(n).at[rows].add(data * x[indices]) - diagonal * x
    g = jnp.zeros(n).at[indices].add(data * r[rows])
    return jnp.sum(x**2) + jnp.sum(r**2) + g @ x
