"""Fluxes of all faces at once; a scan over the most steps that there may be, those after the last skipped by `lax.cond`.

A step is 0.4 dx over the fastest wave, and the arguments ask for a time of 0.25 dx: 16 steps are enough for waves that are
five times as fast as any that they have.
"""

import jax.numpy as jnp
from jax import lax

MOST = 16


def rusanov(h, q, g):
    f = q * q / h + 0.5 * g * h * h
    speed = jnp.abs(q / h) + jnp.sqrt(g * h)
    s = jnp.maximum(speed[:-1], speed[1:])
    mass = 0.5 * (q[:-1] + q[1:]) - 0.5 * s * (h[1:] - h[:-1])
    momentum = 0.5 * (f[:-1] + f[1:]) - 0.5 * s * (q[1:] - q[:-1])
    return mass, momentum, jnp.max(speed)


def loss(U, bed, g, dx, t_end):
    slope = (bed[2:] - bed[:-2]) / (2.0 * dx)

    def advance(state):
        h, q, t = state
        mass, momentum, fastest = rusanov(h, q, g)
        dt = 0.4 * dx / fastest
        dt = jnp.where(t + dt > t_end, t_end - t, dt)
        q = q[1:-1] - dt * g * h[1:-1] * slope - dt / dx * jnp.diff(momentum)
        h = h[1:-1] - dt / dx * jnp.diff(mass)
        return jnp.pad(h, 1, mode="edge"), jnp.pad(q, 1, mode="edge"), t + dt

    def step(state, _):
        return lax.cond(state[2] < t_end, advance, lambda state: state, state), None

    (h, q, _), _ = lax.scan(step, (U[0], U[1], 0.0), None, length=MOST)
    return jnp.sum(h**2) + jnp.sum(jnp.sin(q)) + 0.1 * jnp.sum(bed**2)
