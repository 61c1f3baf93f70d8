"""The library's QR factorisation and triangular solve."""

import jax.numpy as jnp

from .householder import least_squares


def loss(A, b, ridge):
    n = A.shape[1]
    _, x, residual = least_squares(jnp.concatenate([A, ridge * jnp.eye(n)]), jnp.pad(b, (0, n)))
    return jnp.sum(residual**2) + 0.5 * jnp.sum(jnp.abs(x) ** 3)
