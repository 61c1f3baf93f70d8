"""All pairs as matrices; the sums over differences of points as products; a scan over the steps of descent."""

import jax.numpy as jnp
import numpy as np
from jax import lax

STATIC = (4,)


def squared_distances(X):
    total = jnp.sum(X**2, axis=1)
    return total[:, None] + total - 2.0 * X @ X.T


def off_diagonal(M):
    return jnp.where(np.eye(len(M), dtype=bool), 0.0, M)


def affinities(X, beta):
    P = off_diagonal(jnp.exp(-squared_distances(X) * beta[:, None]))
    P = P / jnp.sum(P, axis=1, keepdims=True)
    return jnp.maximum((P + P.T) / (2 * len(X)), 1e-12)


def loss(X, Y, beta, rate, steps):
    P = affinities(X, beta)

    def step(state, _):
        Y, _ = state
        weights = off_diagonal(1.0 / (1.0 + squared_distances(Y)))
        Q = jnp.maximum(weights / jnp.sum(weights), 1e-12)
        pull = (P - Q) * weights
        return (Y - rate * (jnp.sum(pull, axis=0)[:, None] * Y - pull.T @ Y), Q), None

    (Y, Q), _ = lax.scan(step, (Y, jnp.zeros_like(P)), None, length=steps)
    return jnp.sum(P * jnp.log(P / Q)) + 0.01 * jnp.sum(Y**2)
