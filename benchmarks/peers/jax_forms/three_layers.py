"""The program in `jax.numpy`, with `log_softmax` from `jax.nn`."""

import jax
import jax.numpy as jnp

WRT = (0,)


def loss(layers, inputs, labels):
    hidden = inputs
    for weights, bias in layers[:-1]:
        hidden = jnp.tanh(hidden @ weights + bias)
    weights, bias = layers[-1]
    log_p = jax.nn.log_softmax(hidden @ weights + bias)
    return -jnp.mean(jnp.take_along_axis(log_p, labels[:, None], axis=1))
