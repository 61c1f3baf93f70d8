"""`lax.linalg.tridiagonal_solve` of all systems, with two right-hand sides each."""

import jax.numpy as jnp
from jax import lax


def cyclic(lower, diag, upper, rhs):
    gamma = -diag[0]
    d = diag.at[0].add(-gamma).at[-1].add(-lower[0] * upper[-1] / gamma)
    z = jnp.zeros_like(rhs).at[0].set(gamma).at[-1].set(upper[-1])
    # a system per row; what stands in the corners is not part of it
    below, above = lower.at[0].set(0.0), upper.at[-1].set(0.0)
    both = jnp.stack([rhs.T, z.T], axis=-1)
    x, z = jnp.moveaxis(lax.linalg.tridiagonal_solve(below.T, d.T, above.T, both), (2, 1), (0, 1))
    factor = (x[0] + lower[0] * x[-1] / gamma) / (1.0 + z[0] + lower[0] * z[-1] / gamma)
    return x - factor * z


def loss(lower, diag, upper, rhs):
    x = cyclic(lower, diag, upper, rhs)
    return jnp.sum(jnp.cos(x)) + jnp.sum(x**2)
