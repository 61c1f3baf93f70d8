"""The normal equations by the library's symmetric solve, which the ridge keeps far from singular: faster than its QR."""

import jax.numpy as jnp
from jax.scipy.linalg import solve


def loss(A, b, ridge):
    x = solve(A.T @ A + ridge**2 * jnp.eye(A.shape[1]), b @ A, assume_a="pos")
    residual = jnp.sum((b - A @ x) ** 2) + ridge**2 * (x @ x)
    return residual + 0.5 * jnp.sum(jnp.abs(x) ** 3)
