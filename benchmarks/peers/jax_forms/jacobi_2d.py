"""A scan over time; each half step stores an interior that is computed from shifted slices."""

import jax.numpy as jnp
from jax import lax

STATIC = (0,)


def averaged(x, y):
    """y with its interior replaced by five-point averages of x."""
    return y.at[1:-1, 1:-1].set(0.2 * (x[1:-1, 1:-1] + x[1:-1, :-2] + x[1:-1, 2:] + x[2:, 1:-1] + x[:-2, 1:-1]))


def relax(steps, A, B):
    def step(state, _):
        A, B = state
        B = averaged(A, B)
        return (averaged(B, A), B), None

    return lax.scan(step, (A, B), None, length=steps)[0]


def loss(tsteps, A, B):
    A, B = relax(tsteps, A, B)
    return jnp.sum(jnp.sin(A)) + jnp.sum(B**2)
