"""A scan over time; the charge by scatter-adds, the field by a cumulative sum."""

import jax.numpy as jnp
from jax import lax

STATIC = (5, 6)


def loss(x, v, weight, dt, dx, cells, nt):
    def place(x):
        cell = jnp.floor(x / dx).astype(int)
        return cell % cells, (cell + 1) % cells, x / dx - cell

    def field(rho):
        excess = rho - jnp.mean(rho)
        E = jnp.concatenate([jnp.zeros(1), jnp.cumsum(0.5 * dx * (excess[1:] + excess[:-1]))])
        return E - jnp.mean(E)

    def step(state, _):
        x, v = state
        left, right, fraction = place(x)
        rho = jnp.zeros(cells).at[left].add(weight * (1.0 - fraction) / dx).at[right].add(weight * fraction / dx)
        E = field(rho)
        v = v + dt * ((1.0 - fraction) * E[left] + fraction * E[right])
        return (x + dt * v, v), 0.5 * dx * jnp.sum(E**2)

    (x, v), energy = lax.scan(step, (x, v), None, length=nt)
    return jnp.sum(energy) + 0.5 * jnp.sum(weight * v**2) + jnp.sum(jnp.sin(x))
