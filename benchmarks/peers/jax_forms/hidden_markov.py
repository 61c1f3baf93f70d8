"""Two scans over time, forwards and backwards, with products of the three states."""

import jax.numpy as jnp
from jax import lax

SCALAR_LOOPS = True


def loss(obs, start, trans, emit):
    start = start / jnp.sum(start)
    trans = trans / jnp.sum(trans, axis=1, keepdims=True)
    emit = emit / jnp.sum(emit, axis=1, keepdims=True)
    seen = emit.T[obs]

    def forward(alpha, seen):
        alpha = (alpha @ trans) * seen
        scale = jnp.sum(alpha)
        alpha = alpha / scale
        return alpha, (alpha, scale)

    def backward(beta, entries):
        seen, scale = entries
        beta = trans @ (seen * beta) / scale
        return beta, beta

    first = start * seen[0]
    total = jnp.sum(first)
    _, (alphas, scales) = lax.scan(forward, first / total, seen[1:])
    last = jnp.ones_like(start)
    _, betas = lax.scan(backward, last, (seen[1:], scales), reverse=True)
    posterior = jnp.concatenate([(first / total)[None], alphas]) * jnp.concatenate([betas, last[None]])
    return -jnp.log(total) - jnp.sum(jnp.log(scales)) + jnp.sum(posterior**2)
