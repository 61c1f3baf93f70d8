"""`lax.linalg.lu`: it exchanges rows where that is better, which does not happen to the arguments of this program."""

import jax.numpy as jnp
from jax import lax


def loss(A):
    factors, _, _ = lax.linalg.lu(A)
    return jnp.sum(factors**2) / len(A) + jnp.sum(jnp.log(jnp.diagonal(factors)))
