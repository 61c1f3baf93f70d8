"""The triangle is unrolled over its ten levels at most, for all curves at once; both halves of all curves at each depth."""

import jax.numpy as jnp

STATIC = (2,)


def split(points, t):
    """Control points of the left and of the right halves of a stack of curves."""
    left, right = [], []
    p = points
    for _ in range(points.shape[1]):
        left.append(p[:, 0])
        right.append(p[:, -1])
        p = (1 - t) * p[:, :-1] + t * p[:, 1:]
    return jnp.stack(left, axis=1), jnp.stack(right[::-1], axis=1)


def loss(points, t, depth):
    curves = points[None]
    left, right = split(curves, t)
    apart = jnp.sum((left[0, 1:-1] - right[0, 1:-1]) ** 2)
    for _ in range(depth):
        curves = jnp.concatenate(split(curves, t))
    return jnp.sum(jnp.sqrt(jnp.sum(jnp.diff(curves, axis=1) ** 2, axis=2))) + apart
