"""The library's factorisation and triangular solve."""

import jax.numpy as jnp
from jax.scipy.linalg import solve_triangular
from jax_forms.cholesky import factor


def loss(A, x):
    L = factor(A)
    z = solve_triangular(L, x, lower=True)
    return 0.5 * (z @ z) + jnp.sum(jnp.log(jnp.diag(L)))
