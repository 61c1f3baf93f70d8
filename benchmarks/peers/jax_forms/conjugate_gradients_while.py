"""The library's conjugate gradients, which are differentiated as the solution of the linear system."""

import jax.numpy as jnp
from jax.scipy.sparse.linalg import cg

IMPLICIT = True


def loss(u, f, sigma):
    def apply(p):
        y = jnp.pad(p, 1)
        return (4.0 + sigma) * p - (y[2:, 1:-1] + y[:-2, 1:-1] + y[1:-1, 2:] + y[1:-1, :-2])

    start = jnp.sum(u**3)
    u, _ = cg(apply, f, x0=u, tol=0.0, atol=1e-12, maxiter=10 * u.size)
    return jnp.sum(f * u) + jnp.sum(jnp.cos(u)) + 0.1 * start
