"""Whole arrays; the few iterations are unrolled."""

import jax.numpy as jnp

STATIC = (4,)


def e_step(x, weights, means, sigmas):
    u = (x[:, None] - means) / sigmas
    resp = weights * jnp.exp(-0.5 * u * u) / sigmas
    total = jnp.sum(resp, axis=1, keepdims=True)
    return resp / total, jnp.sum(jnp.log(total))


def m_step(x, resp):
    N = jnp.sum(resp, axis=0)
    means = x @ resp / N
    sigmas = jnp.sqrt(jnp.sum(resp * (x[:, None] - means) ** 2, axis=0) / N + 0.01)
    return N / len(x), means, sigmas


def loss(x, weights, means, sigmas, iterations):
    w, m, s = weights / jnp.sum(weights), means, sigmas
    history = 0.0
    for _ in range(iterations):
        resp, log_likelihood = e_step(x, w, m, s)
        history += log_likelihood
        w, m, s = m_step(x, resp)
    return -log_likelihood - 0.1 * history + jnp.sum(m**2) + jnp.sum(resp**2)
