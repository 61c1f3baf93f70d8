"""All pairs at once; the distance of a body to itself is replaced before its root is taken; the four steps are a scan."""

import jax.numpy as jnp
from jax import lax

STATIC = (3,)


def separations(pos):
    return pos.T[:, None, :] - pos.T[:, :, None]


def accelerations(pos, mass, G, softening):
    apart = separations(pos)
    inv_r3 = (jnp.sum(apart**2, axis=0) + softening**2) ** -1.5
    return G * jnp.sum(apart * (inv_r3 * mass[:, 0]), axis=2).T


def energies(pos, vel, mass, G):
    kinetic = 0.5 * jnp.sum(mass * vel**2)
    itself = jnp.eye(len(pos), dtype=bool)
    square = jnp.where(itself, 1.0, jnp.sum(separations(pos) ** 2, axis=0))
    pairs = jnp.where(itself, 0.0, mass * mass.T / jnp.sqrt(square))
    return kinetic - 0.25 * G * jnp.sum(pairs)


def loss(mass, pos, vel, steps, dt, G, softening):
    vel = vel - jnp.mean(mass * vel, axis=0) / jnp.mean(mass)

    def step(state, _):
        pos, vel, acc = state
        vel = vel + acc * dt / 2.0
        pos = pos + vel * dt
        acc = accelerations(pos, mass, G, softening)
        vel = vel + acc * dt / 2.0
        return (pos, vel, acc), energies(pos, vel, mass, G)

    first = energies(pos, vel, mass, G)
    _, later = lax.scan(step, (pos, vel, accelerations(pos, mass, G, softening)), None, length=steps)
    return first + jnp.sum(later)
