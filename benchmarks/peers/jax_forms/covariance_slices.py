"""One product of the centred table with itself."""

import jax.numpy as jnp
from jax_forms.covariance import covariance


def loss(data):
    cov = covariance(data)
    return jnp.sum(jnp.log1p(cov**2)) + jnp.trace(cov)
