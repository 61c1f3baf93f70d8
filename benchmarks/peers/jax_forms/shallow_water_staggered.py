"""A scan over the tide's levels with shifted slices of whole arrays."""

import jax.numpy as jnp
from jax import lax


def loss(depth, eta0, f, g, dt, dx, tide):
    def step(state, level):
        eta, u, v = state
        eta = eta.at[0, :].set(level)
        vc = 0.5 * (v[:, 1:] + v[:, :-1])
        u = u.at[1:-1].add(dt * (0.5 * f * (vc[1:] + vc[:-1]) - g * (eta[1:] - eta[:-1]) / dx))
        uc = 0.5 * (u[1:] + u[:-1])
        v = v.at[:, 1:-1].add(-dt * (0.5 * f * (uc[:, 1:] + uc[:, :-1]) + g * (eta[:, 1:] - eta[:, :-1]) / dx))
        return (eta - dt * depth / dx * (u[1:] - u[:-1] + v[:, 1:] - v[:, :-1]), u, v), None

    nx, ny = eta0.shape
    (eta, u, v), _ = lax.scan(step, (eta0, jnp.zeros((nx + 1, ny)), jnp.zeros((nx, ny + 1))), tide)
    return 0.5 * g * jnp.sum(eta**2) + 0.5 * jnp.mean(u**2) + 0.5 * jnp.mean(v**2)
