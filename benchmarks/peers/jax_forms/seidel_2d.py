"""A scan over rows; what a row takes from old values and from the row above by slices, its recurrence as a whole.

new[j] = (new[j - 1] + known[j]) / 9 is a product with a static triangular matrix for short rows, and an
`lax.associative_scan` for long ones: each is faster there than a scan over single entries, or as fast.
"""

import jax.numpy as jnp
import numpy as np
from jax import lax

STATIC = (0,)


def combine(first, second):
    return first[0] * second[0], second[0] * first[1] + second[1]


def recurrence(known, left):
    m = len(known)
    known = known.at[0].add(left)
    if m <= 64:
        distance = np.arange(m)[:, None] - np.arange(m)
        return np.where(distance >= 0, 9.0 ** -(np.maximum(distance, 0) + 1.0), 0.0) @ known
    return lax.associative_scan(combine, (jnp.full(m, 1 / 9), known / 9.0))[1]


def sweep(A, _):
    def one_row(above, now):
        row, below = now
        known = above[:-2] + above[1:-1] + above[2:] + row[1:-1] + row[2:] + below[:-2] + below[1:-1] + below[2:]
        row = row.at[1:-1].set(recurrence(known, row[0]))
        return row, row

    _, inner = lax.scan(one_row, A[0], (A[1:-1], A[2:]))
    return jnp.concatenate([A[:1], inner, A[-1:]]), None


def loss(tsteps, A):
    A, _ = lax.scan(sweep, A, None, length=tsteps)
    return jnp.sum(jnp.sin(A))
