"""The generator from diagonals, as a dense matrix as in the program; a scan over time."""

import jax.numpy as jnp
import numpy as np
from jax import lax

STATIC = (4,)


def generator(birth, death):
    zero = jnp.zeros(1)
    leaving = jnp.concatenate([birth, zero]) + jnp.concatenate([zero, death])
    return jnp.diag(birth, 1) + jnp.diag(death, -1) - jnp.diag(leaving)


def loss(birth, death, p0, dt, nt):
    Q = generator(birth, death)

    def step(p, _):
        p = p + dt * (p @ Q)
        return p, p

    p, history = lax.scan(step, p0 / jnp.sum(p0), None, length=nt)
    mean = history @ np.arange(float(len(p0)))
    return jnp.sum(mean**2) - jnp.sum(p * jnp.log(p))
