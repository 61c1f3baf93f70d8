"""A scan over time, the labels with blanks between them as one array; the labels are compiled in."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

STATIC = (1,)


def convert(logits, labels):
    return logits, tuple(labels)


def loss(logits, labels):
    extended = np.zeros(2 * len(labels) + 1, dtype=int)
    extended[1::2] = labels
    skips = np.zeros(len(extended), dtype=bool)
    skips[2:] = (extended[2:] != 0) & (extended[2:] != extended[:-2])
    p = jax.nn.softmax(logits, axis=1)[:, extended]

    def scaled(alpha):
        scale = jnp.sum(alpha)
        return alpha / scale, jnp.log(scale)

    def step(alpha, p):
        padded = jnp.pad(alpha, (2, 0))
        return scaled((alpha + padded[1:-1] + jnp.where(skips, padded[:-2], 0.0)) * p)

    alpha, first = scaled(p[0] * (np.arange(len(extended)) < 2))
    alpha, logs = lax.scan(step, alpha, p[1:])
    return -(first + jnp.sum(logs) + jnp.log(alpha[-1] + alpha[-2]))
