"""Means and norms along an axis of the whole array; two rows made orthonormal."""

import jax.numpy as jnp


def loss(a, w):
    a = a - jnp.mean(a, axis=1, keepdims=True)
    a = a - jnp.mean(a, axis=0)
    a = a / jnp.sqrt(jnp.mean(a**2, axis=0) + 1e-3)
    p, q = a[0] * w, a[1] * w
    p = p / jnp.sqrt(p @ p)
    q = q - (q @ p) * p
    q = q / jnp.sqrt(q @ q)
    return jnp.sum((a @ p) ** 2 + (a @ q) ** 2) / len(a) + p[0] * q[-1]
