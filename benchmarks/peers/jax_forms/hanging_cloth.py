"""A scan over the constraints, each changing two rows, in a scan over sweeps; the few steps are unrolled."""

import jax
import jax.numpy as jnp
from jax import lax

STATIC = (8,)
SCALAR_LOOPS = True


def project(pos, inv_mass, edges, rest, stiffness):
    first, second = inv_mass[edges[:, 0]], inv_mass[edges[:, 1]]

    @jax.checkpoint
    def constraint(pos, edge):
        (i, j), rest, first, second, share = edge
        d = pos[j] - pos[i]
        length = jnp.sqrt(jnp.sum(d**2))
        correction = share * (length - rest) * d / length
        return pos.at[i].add(first * correction).at[j].add(-second * correction), None

    entries = edges, rest, first, second, stiffness / (first + second)
    return lax.scan(lambda pos, _: lax.scan(constraint, pos, entries), pos, None, length=3)[0]


def loss(pos, vel, masses, edges, rest, stiffness, gravity, dt, steps):
    inv_mass = (1.0 / masses).at[0].set(0.0)
    pinned = (inv_mass == 0)[:, None]
    for _ in range(steps):
        vel = jnp.where(pinned, 0.0, vel.at[:, 1].add(-dt * gravity))
        previous = pos
        pos = project(pos + dt * vel, inv_mass, edges, rest, stiffness)
        vel = 0.99 * (pos - previous) / dt
    stretch = pos[edges[:, 1]] - pos[edges[:, 0]]
    force = jnp.zeros_like(pos).at[edges[:, 0]].add(stretch).at[edges[:, 1]].add(-stretch)
    return jnp.mean(pos**2) + 0.1 * jnp.mean(vel**2) + 0.1 * jnp.sum(force**2)
