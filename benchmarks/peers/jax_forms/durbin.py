"""A scan over the order, with the prediction filter and its reverse as arrays of full length: only static shifts."""

import jax
import jax.numpy as jnp
from jax import lax


def durbin(r):
    """(the solution, beta): `a` is 1 followed by y, `b` the same reversed and `past` the entries of r reversed."""
    n = len(r)
    one = jnp.zeros(n + 1).at[0].set(1.0)

    @jax.checkpoint
    def step(state, value):
        a, b, past, beta = state
        past = jnp.concatenate([value[None], past[:-1]])
        alpha = -jnp.dot(a[:-1], past) / beta
        b = jnp.concatenate([jnp.zeros(1), b[:-1]])
        return (a + alpha * b, b + alpha * a, past, beta * (1.0 - alpha * alpha)), None

    (a, _, _, beta), _ = lax.scan(step, (one, one, jnp.zeros(n), 1.0), r)
    return a[1:], beta


def loss(r):
    y, _ = durbin(r)
    return jnp.sum(y**2) + jnp.sum(jnp.sin(y))
