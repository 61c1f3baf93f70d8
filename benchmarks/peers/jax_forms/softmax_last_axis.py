"""`jax.nn.softmax` and `jax.nn.log_softmax`."""

import jax
import jax.numpy as jnp


def loss(x, w):
    return -jnp.sum(jax.nn.softmax(x) * jax.nn.log_softmax(w * x)) / len(x)
