"""A scan over time; the ancestors of all particles by `jnp.searchsorted` in the cumulative weights."""

import jax.numpy as jnp
import numpy as np
from jax import lax


def ancestors(w, u):
    n = len(w)
    found = jnp.searchsorted(jnp.cumsum(w), (np.arange(n) + u / 100) / n)
    return jnp.minimum(found, n - 1)


def loss(y, phi, sigma, beta, x0, noise, uniforms):
    def step(x, now):
        y, noise, u = now
        x = x * phi + sigma * noise
        spread = beta * jnp.exp(x / 2)
        w = jnp.exp(-0.5 * (y / spread) ** 2) / spread
        likelihood = jnp.log(jnp.mean(w))
        w = w / jnp.sum(w)
        return x[ancestors(lax.stop_gradient(w), u)], (w @ x, likelihood)

    _, (means, likelihoods) = lax.scan(step, x0, (y, noise, uniforms))
    return jnp.sum(means**2) - jnp.sum(likelihoods)
