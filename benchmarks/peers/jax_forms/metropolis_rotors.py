"""A scan over sweeps, and within it one over proposals, each of which reads five entries and may store one."""

import jax.numpy as jnp
from jax import lax

SCALAR_LOOPS = True


def loss(theta, field, width, draws, sites, beta):
    L = len(theta)

    def propose(theta, now):
        (i, j), (shift, chance) = now
        old = theta[i, j]
        new = old + width * (shift - 0.5)
        around = jnp.stack([theta[(i + 1) % L, j], theta[i - 1, j], theta[i, (j + 1) % L], theta[i, j - 1]])
        change = jnp.sum(jnp.cos(old - around) - jnp.cos(new - around)) + field * (jnp.cos(old) - jnp.cos(new))
        taken = (change < 0) | (chance < jnp.exp(-beta * change))
        return theta.at[i, j].set(jnp.where(taken, new, old)), None

    def sweep(theta, now):
        theta, _ = lax.scan(propose, theta, now)
        return theta, jnp.sum(jnp.cos(theta - jnp.roll(theta, 1, 0)) + jnp.cos(theta - jnp.roll(theta, 1, 1)))

    theta, energies = lax.scan(sweep, theta, (sites, draws / 64))
    return -jnp.sum(energies) - field * jnp.sum(jnp.cos(theta)) + jnp.sum(jnp.sin(theta) ** 2)
