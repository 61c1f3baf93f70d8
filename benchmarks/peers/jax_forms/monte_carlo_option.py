"""All paths at once; the logarithms of the prices are a cumulative sum over time.

`np.linalg.cholesky` reads the lower triangle only, and so does this; JAX by itself takes the mean of both.
"""

import jax
import jax.numpy as jnp


def loss(S0, strike, rate, sigma, corr, maturity, normals, width=5.0):
    dt = maturity / normals.shape[1]
    lower = jnp.tril(corr, -1)
    L = jnp.linalg.cholesky(lower + lower.T + jnp.diag(jnp.diag(corr)), symmetrize_input=False)
    steps = (rate - 0.5 * sigma**2) * dt + sigma * jnp.sqrt(dt) * (normals @ L.T)
    average = jnp.mean(S0 * jnp.exp(jnp.cumsum(steps, axis=1)), axis=(1, 2))
    payoff = width * jax.nn.softplus((average - strike) / width)
    return jnp.exp(-rate * maturity) * jnp.mean(payoff)
