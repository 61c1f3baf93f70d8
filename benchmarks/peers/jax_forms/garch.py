"""The variances by a scan over the days; all the rest is whole arrays."""

import jax
import jax.numpy as jnp
from jax import lax

SCALAR_LOOPS = True


def loss(returns, mu, omega, alpha, beta):
    square = (returns - mu) ** 2

    @jax.checkpoint
    def step(last, shock):
        sigma2 = shock + beta * last
        return sigma2, sigma2

    first = omega / (1.0 - alpha - beta)
    _, later = lax.scan(step, first, omega + alpha * square[:-1])
    sigma2 = jnp.append(first, later)
    return 0.5 * jnp.sum(jnp.log(2 * jnp.pi) + jnp.log(sigma2) + square / sigma2)
