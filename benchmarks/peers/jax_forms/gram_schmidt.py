"""The library's QR factorisation, with the signs for which the diagonal of R is positive."""

import jax.numpy as jnp


def positive_qr(A):
    Q, R = jnp.linalg.qr(A)
    signs = jnp.sign(jnp.diag(R))
    return Q * signs, R * signs[:, None]


def loss(A):
    Q, R = positive_qr(A)
    left = Q * jnp.diag(R)
    return jnp.sum(jnp.sin(Q)) + jnp.sum(R**2) / len(R) + jnp.sum(jnp.cos(R)) + jnp.sum(jnp.tanh(left))
