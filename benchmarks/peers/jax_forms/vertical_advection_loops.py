"""Levels along the first axis: coefficients of all of them at once, then two scans over levels, all columns at once."""

import jax.numpy as jnp
from jax_forms.vertical_advection import thomas


def loss(tendency, u, wcon, dtr, beta):
    tendency, u, wcon = (jnp.moveaxis(x, 2, 0) for x in (tendency, u, wcon))
    g = 0.25 * (wcon[1:, 1:] + wcon[1:, :-1])
    below, above = ((0, 1), (0, 0), (0, 0)), ((1, 0), (0, 0), (0, 0))
    upper, lower = jnp.pad(beta * g, below), jnp.pad(-beta * g, above)
    flux = (1.0 - beta) * g * jnp.diff(u, axis=0)
    right = dtr * u + tendency - jnp.pad(flux, below) - jnp.pad(flux, above)
    tendency = dtr * (thomas(lower, dtr - lower - upper, upper, right) - u)
    return jnp.sum(tendency**2) + jnp.sum(jnp.sin(tendency))
