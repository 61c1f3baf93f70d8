"""Levels along the first axis: coefficients of all of them at once, then two scans over levels, all columns at once."""

import jax.numpy as jnp
from jax import lax

STATIC = (4,)


def thomas(lower, diagonal, upper, right):
    """Tridiagonal systems along the first axis; lower[0] and upper[-1] are 0."""

    def forwards(state, now):
        c, d = state
        lower, diagonal, upper, right = now
        pivot = diagonal - lower * c
        state = (upper / pivot, (right - lower * d) / pivot)
        return state, state

    def backwards(x, now):
        c, d = now
        x = d - c * x
        return x, x

    zero = jnp.zeros(right.shape[1:])
    _, swept = lax.scan(forwards, (zero, zero), (lower, diagonal, upper, right))
    return lax.scan(backwards, zero, swept, reverse=True)[1]


def loss(u, w, dt, dz, nt):
    half = 0.5 * jnp.moveaxis(w, 2, 0)[1:]
    # what a face gives to the level below it and to the one above it
    below, above = half.at[0].multiply(2.0), half.at[-1].multiply(2.0)
    upper = jnp.pad(0.5 * dt * below / dz, ((0, 1), (0, 0), (0, 0)))
    lower = jnp.pad(-0.5 * dt * above / dz, ((1, 0), (0, 0), (0, 0)))
    diagonal = 1.0 - lower - upper

    def step(u, _):
        rise = jnp.diff(u, axis=0) / dz
        flux = jnp.pad(below * rise, ((0, 1), (0, 0), (0, 0))) + jnp.pad(above * rise, ((1, 0), (0, 0), (0, 0)))
        return thomas(lower, diagonal, upper, u - 0.5 * dt * flux), None

    u, _ = lax.scan(step, jnp.moveaxis(u, 2, 0), None, length=nt)
    return jnp.sum(u**2) + jnp.sum(jnp.sin(u))
