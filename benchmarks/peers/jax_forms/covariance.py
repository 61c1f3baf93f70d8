"""One product of the centred table with itself."""

import jax.numpy as jnp


def covariance(data):
    data = data - jnp.mean(data, axis=0)
    return data.T @ data / (len(data) - 1)


def loss(data):
    return jnp.sum(jnp.sin(covariance(data)))
