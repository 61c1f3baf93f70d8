"""As `jacobi_2d`: a scan over time, interiors from shifted slices."""

import jax.numpy as jnp
from jax_forms.jacobi_2d import relax

STATIC = (0,)


def loss(tsteps, A, B):
    A, B = relax(tsteps, A, B)
    return 0.5 * jnp.sum(A**2) / A.size + jnp.mean(jnp.cos(B))
