"""`lax.linalg.lu`, and triangular solves with its factors."""

import jax.numpy as jnp
from jax import lax
from jax_forms.lu_pivoting import solve


def loss(A, b):
    factors, _, permutation = lax.linalg.lu(A)
    x = solve(factors, b[permutation])
    # its sign is not needed: only its square is used
    determinant = jnp.prod(jnp.diag(factors))
    return jnp.sum(x**2) + jnp.log(1.0 + determinant**2) + 0.1 * jnp.sum(jnp.tril(factors, -1) ** 2)
