"""A scan over the pairs of all sweeps; two rows, then two columns, are cut out and stored by dynamic slices."""

import jax.numpy as jnp
import numpy as np
from jax import lax

STATIC = (2,)


def rotation(pp, qq, pq):
    flat = pq == 0.0
    theta = 0.5 * (qq - pp) / jnp.where(flat, 1.0, pq)
    t = 1.0 / (jnp.abs(theta) + jnp.sqrt(theta**2 + 1.0))
    t = jnp.where(theta < 0.0, -t, t)
    c = 1.0 / jnp.sqrt(1.0 + t**2)
    return jnp.where(flat, 1.0, c), jnp.where(flat, 0.0, c * t)


def turned(M, p, q, c, s, axis):
    first = lax.dynamic_index_in_dim(M, p, axis)
    second = lax.dynamic_index_in_dim(M, q, axis)
    M = lax.dynamic_update_index_in_dim(M, c * first - s * second, p, axis)
    return lax.dynamic_update_index_in_dim(M, s * first + c * second, q, axis)


def loss(A, x, sweeps):
    def rotate(state, pair):
        A, y = state
        p, q = pair
        c, s = rotation(A[p, p], A[q, q], A[p, q])
        # of the eigenvectors V only V.T @ x is wanted, so the rotations are applied to x
        return (turned(turned(A, p, q, c, s, 0), p, q, c, s, 1), turned(y, p, q, c, s, 0)), None

    pairs = np.tile(np.stack(np.triu_indices(len(A), 1)), sweeps)
    (A, y), _ = lax.scan(rotate, (A, x), tuple(pairs))
    return jnp.sum(jnp.exp(-0.3 * jnp.diag(A)) * y**2)
