"""All pairs at once, their squared distances once for forces and energies; a body's own is replaced before its root."""

import jax
import jax.numpy as jnp
from jax import lax

STATIC = (3,)


def forces(pos, mass, G, softening):
    """(accelerations, the potential energy): the sums over the other bodies are products with a matrix."""
    apart = pos.T[:, None, :] - pos.T[:, :, None]
    square = jnp.sum(apart**2, axis=0)
    softened = square + softening**2
    weights = mass[:, 0] / (softened * jnp.sqrt(softened))
    itself = jnp.eye(len(pos), dtype=bool)
    pairs = jnp.where(itself, 0.0, mass * mass.T / jnp.sqrt(jnp.where(itself, 1.0, square)))
    return G * (weights @ pos - jnp.sum(weights, axis=1, keepdims=True) * pos), -0.25 * G * jnp.sum(pairs)


def loss(mass, pos, vel, steps, dt, G, softening):
    vel = vel - jnp.mean(mass * vel, axis=0) / jnp.mean(mass)

    def energy(potential, vel):
        return 0.5 * jnp.sum(mass * vel**2) + potential

    @jax.checkpoint
    def step(state, _):
        pos, vel, acc = state
        vel = vel + acc * dt / 2.0
        pos = pos + vel * dt
        acc, potential = forces(pos, mass, G, softening)
        vel = vel + acc * dt / 2.0
        return (pos, vel, acc), energy(potential, vel)

    acc, potential = forces(pos, mass, G, softening)
    _, later = lax.scan(step, (pos, vel, acc), None, length=steps)
    return energy(potential, vel) + jnp.sum(later)
