"""A scan over the time steps on whole arrays."""

import jax.numpy as jnp
from jax import lax
from jax_forms.fdtd_2d import step


def loss(ex, ey, hz, source):
    (ex, ey, hz), probe = lax.scan(step, (ex, ey, hz), source)
    return jnp.sum(probe**2) + jnp.mean(hz**2) + jnp.mean(jnp.cos(ex)) + jnp.mean(jnp.sin(ey))
