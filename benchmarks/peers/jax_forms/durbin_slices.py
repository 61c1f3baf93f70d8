"""A scan over the order, with the prediction filter and its reverse as arrays of full length."""

import jax.numpy as jnp
from jax_forms.durbin import durbin


def loss(r):
    y, beta = durbin(r)
    return y @ y + jnp.log(beta / (1.0 - y[-1] ** 2))
