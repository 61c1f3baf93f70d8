"""The program as it stands, in `jax.numpy`."""

import jax.numpy as jnp


def loss(x):
    bump = jnp.exp(-0.5 * x**2)
    mixed = jnp.tanh(jnp.sin(x) + 0.5 * bump) * x
    return jnp.sum(jnp.log1p(mixed**2) / (1.0 + bump))
