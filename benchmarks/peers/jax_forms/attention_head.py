"""Products of matrices; the future is masked, and the softmax is the library's."""

import jax
import jax.numpy as jnp


def attention(x, Wq, Wk, Wv):
    q, k, v = x @ Wq, x @ Wk, x @ Wv
    scores = q @ k.T / jnp.sqrt(Wq.shape[1])
    past = jnp.tril(jnp.ones(scores.shape, dtype=bool))
    return jax.nn.softmax(jnp.where(past, scores, -jnp.inf), axis=1) @ v


def loss(x, Wq, Wk, Wv, target):
    return jnp.sum((attention(x, Wq, Wk, Wv) - target) ** 2)
