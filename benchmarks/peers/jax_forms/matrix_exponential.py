"""How often to square depends on the norm: a scan over the most that there may be, each under `lax.cond`.

16 squarings at most, as in `jax.scipy.linalg.expm`: enough for norms up to 32768.
"""

import jax.numpy as jnp
import numpy as np
from jax import lax


def expm(A, terms=14):
    norm = lax.stop_gradient(jnp.max(jnp.sum(jnp.abs(A), axis=1)))
    squarings = jnp.maximum(jnp.ceil(jnp.log2(2.0 * norm)), 0.0)
    X = A / 2.0**squarings
    term = jnp.eye(len(A))
    E = term + X
    term = X
    for k in range(2, terms):
        term = term @ X / k
        E = E + term

    def square(E, k):
        return lax.cond(k < squarings, lambda E: E @ E, lambda E: E, E), None

    return lax.scan(square, E, np.arange(16.0))[0]


def loss(rates, start, dt, counts):
    Q = rates * (1.0 - np.eye(len(rates)))
    P = expm(dt * (Q - jnp.diag(jnp.sum(Q, axis=1))))

    def step(p, count):
        p = p @ P
        return p, jnp.sum(count * jnp.log(p))

    _, likelihoods = lax.scan(step, start / jnp.sum(start), counts.astype(float))
    return -jnp.sum(likelihoods)
