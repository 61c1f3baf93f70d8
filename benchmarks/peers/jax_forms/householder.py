"""The library's QR factorisation, whose reflections have the same signs, and its triangular solve."""

import jax.numpy as jnp
from jax.scipy.linalg import solve_triangular


def least_squares(A, b):
    """(R, the solution, what is left of b)."""
    Q, R = jnp.linalg.qr(A)
    c = b @ Q
    return R, solve_triangular(R, c), b - Q @ c


def loss(A, b):
    R, x, residual = least_squares(A, b)
    # below the diagonal are zeros, each with a cosine of 1
    zeros = A.size - R.size
    return jnp.sum(jnp.sin(x)) + jnp.sum(residual**2) + jnp.sum(R**2) / A.size + jnp.sum(jnp.cos(R)) + zeros
