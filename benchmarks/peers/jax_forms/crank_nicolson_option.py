"""A scan over time steps, in each the library's tridiagonal solve."""

import jax
import jax.numpy as jnp
from jax import lax

STATIC = (5, 6)


def loss(S_max, K, r, sigma, T, M, N):
    dt = T / N
    S = jnp.linspace(0.0, S_max, M + 1)
    j = jnp.arange(1.0, M)
    V = 0.5 * (S - K + jnp.sqrt((S - K) ** 2 + 4.0))
    alpha = 0.25 * dt * (sigma**2 * j**2 - r * j)
    beta = -0.5 * dt * (sigma**2 * j**2 + r)
    gamma = 0.25 * dt * (sigma**2 * j**2 + r * j)
    below, above = (-alpha).at[0].set(0.0), (-gamma).at[-1].set(0.0)

    @jax.checkpoint
    def step(V, n):
        rhs = alpha * V[:-2] + (1.0 + beta) * V[1:-1] + gamma * V[2:]
        last = S_max - K * jnp.exp(-r * (n + 1) * dt)
        rhs = rhs.at[-1].add(gamma[-1] * last)
        inner = lax.linalg.tridiagonal_solve(below, 1.0 - beta, above, rhs[:, None])[:, 0]
        return jnp.concatenate([jnp.zeros(1), inner, last[None]]), None

    V, _ = lax.scan(step, V, jnp.arange(N))
    return jnp.sum(V) / M + 0.01 * jnp.sum(V**2) / K
