"""Both halves of all curves of a depth by one product with Bernstein's polynomials at t."""

from math import comb

import jax.numpy as jnp
import numpy as np

STATIC = (2,)


def subdivision(n, t):
    """The matrix that gives the control points of the left half, then those of the right half."""
    row, column = np.mgrid[:n, :n]
    binomial = np.array([[comb(k, i) for i in range(n)] for k in range(n)], dtype=float)
    there, back = (jnp.cumprod(jnp.append(1.0, jnp.full(n - 1, value))) for value in (t, 1 - t))
    rest = np.maximum(row - column, 0)
    left = binomial * there[column] * back[rest]
    right = binomial * back[column] * there[rest]
    return jnp.concatenate([left, right[::-1, ::-1]])


def loss(points, t, depth):
    n = len(points)
    halves = subdivision(n, t)
    left, right = (halves @ points).reshape(2, n, 2)
    apart = jnp.sum((left[1:-1] - right[1:-1]) ** 2)
    curves = points[None]
    for _ in range(depth):
        curves = (halves @ curves).reshape(-1, n, 2)
    return jnp.sum(jnp.sqrt(jnp.sum(jnp.diff(curves, axis=1) ** 2, axis=2))) + apart
