"""All lines of a half step are the right sides of one tridiagonal system; time steps are unrolled."""

import jax.numpy as jnp
from jax import lax

STATIC = (0,)


def implicit(rhs, first, last, r):
    """Solves along the first axis for the inner unknowns, of which the ends are given, for all columns at once."""
    count = rhs.shape[0]
    off = jnp.full(count, -0.5 * r)
    rhs = rhs.at[0].add(0.5 * r * first).at[-1].add(0.5 * r * last)
    return lax.linalg.tridiagonal_solve(off.at[0].set(0.0), jnp.full(count, 1.0 + r), off.at[-1].set(0.0), rhs)


def explicit(u, r):
    """Along the last axis."""
    return 0.5 * r * (u[:, :-2] + u[:, 2:]) + (1.0 - r) * u[:, 1:-1]


def loss(tsteps, r, u):
    n = len(u)
    for _ in range(tsteps):
        v = implicit(explicit(u[1:-1], r), 1.0, 1.0, r)
        v = jnp.pad(v, ((1, 1), (0, 0)), constant_values=1.0)
        inner = implicit(explicit(v.T, r), 1.0, 1.0, r).T
        u = u.at[1:-1, 1:-1].set(inner).at[1:-1, 0].set(1.0).at[1:-1, n - 1].set(1.0)
    return jnp.sum(jnp.sin(u))
