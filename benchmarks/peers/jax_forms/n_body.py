"""A scan over steps; acceleration and potential energy of all pairs from the same matrix of inverse distances."""

import jax.numpy as jnp
import numpy as np
from jax import lax

STATIC = (3,)


def interactions(pos, mass, G, softening):
    """(acceleration, potential energy)."""
    d = pos.T[:, None, :] - pos.T[:, :, None]
    inv_r = 1.0 / jnp.sqrt(jnp.sum(d**2, axis=0) + softening**2)
    apart = jnp.where(np.eye(len(mass), dtype=bool), 0.0, inv_r)
    return G * ((d * inv_r**3) @ mass).T, -0.5 * G * (mass @ apart @ mass)


def loss(mass, pos, vel, steps, dt, G, softening):
    def kinetic(vel):
        return 0.5 * jnp.sum(mass * jnp.sum(vel**2, axis=1))

    def step(state, _):
        pos, vel, acc = state
        vel = vel + acc * dt / 2.0
        pos = pos + vel * dt
        acc, potential = interactions(pos, mass, G, softening)
        vel = vel + acc * dt / 2.0
        return (pos, vel, acc), (kinetic(vel), potential)

    vel = vel - jnp.mean(mass[:, None] * vel, axis=0) / jnp.mean(mass)
    acc, first = interactions(pos, mass, G, softening)
    before = kinetic(vel)
    (pos, vel, _), (KE, PE) = lax.scan(step, (pos, vel, acc), None, length=steps)
    energies = (before + jnp.sum(KE) + 0.5 * (first + jnp.sum(PE))) / (steps + 1)
    return energies + 0.1 * jnp.sum(pos**2) + 0.1 * jnp.sum(pos * vel)
