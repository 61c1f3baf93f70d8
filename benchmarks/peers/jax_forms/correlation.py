"""Whole arrays and one product; the diagonal is set."""

import jax.numpy as jnp


def correlation(data, eps=0.1):
    n, m = data.shape
    centred = data - jnp.mean(data, axis=0)
    variance = jnp.mean(centred**2, axis=0)
    scaled = jnp.sqrt(variance) > eps
    data = centred / (jnp.sqrt(n) * jnp.where(scaled, jnp.sqrt(jnp.where(scaled, variance, 1.0)), 1.0))
    return data, jnp.where(jnp.eye(m, dtype=bool), 1.0, data.T @ data)


def loss(data):
    data, corr = correlation(data)
    return jnp.sum(jnp.exp(corr)) + 0.3 * jnp.sum(data**3)
