"""`lax.linalg.lu`, and triangular solves with its factors."""

import jax.numpy as jnp
from jax import lax
from jax.scipy.linalg import solve_triangular


def solve(factors, b):
    """x with L U x = b."""
    return solve_triangular(factors, solve_triangular(factors, b, lower=True, unit_diagonal=True))


def loss(A, b):
    factors, _, permutation = lax.linalg.lu(A)
    x = solve(factors, b[permutation])
    # what elimination leaves of A is its upper factor
    return jnp.sum(jnp.sin(x)) + 0.1 * jnp.sum(jnp.triu(factors) ** 2)
