"""Power iteration in a while loop, differentiated by the equation of its fixed point; deflation by an outer product."""

import jax.numpy as jnp
from jax_forms._fixed_point import fixed_point
from jax_forms.leading_eigenpairs import normalised_product

STATIC = (1,)


def loss(A, count):
    total = 0.0
    for _ in range(count):
        v = fixed_point(normalised_product, A, jnp.ones(len(A)), 1e-13, 10**9)
        eigenvalue = jnp.linalg.norm(A @ v)
        A = A - eigenvalue * jnp.outer(v, v)
        total = total + jnp.log(eigenvalue) + 0.1 * jnp.sum(v**3)
    return total
