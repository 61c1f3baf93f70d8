"""Whole arrays: the ghost cells by `roll`, the mask by `where` with a safe divisor; the few steps are unrolled."""

import jax.numpy as jnp

STATIC = (4,)


def limited(a, b):
    """Harmonic mean of two neighbouring differences where they have one sign, zero elsewhere."""
    ab = a * b
    same = ab > 0.0
    return jnp.where(same, 2.0 * ab / jnp.where(same, a + b, 1.0), 0.0)


def loss(q, c, dt, dx, nt):
    nu = c * dt / dx
    for _ in range(nt):
        dq = jnp.roll(q, -1) - q
        slope = limited(jnp.roll(dq, 1), dq)
        flux = c * (q + 0.5 * (1.0 - nu) * slope)
        q = q - dt / dx * (flux - jnp.roll(flux, 1))
    return dx * jnp.sum(q**2) + jnp.sum(jnp.sin(q))
