"""The sum over samples is a product with a matrix; the few steps are unrolled."""

import jax
import jax.numpy as jnp

STATIC = (7,)


def sigmoid(t):
    return 1.0 / (1.0 + jnp.exp(-t))


def gradient(params, X, y):
    error = sigmoid(X @ params["w"] + params["b"]) - y
    return {"w": error @ X / len(y), "b": jnp.sum(error, keepdims=True) / len(y)}


def loss(X, y, w, b, rate, beta1, beta2, steps):
    params = {"w": w, "b": b}
    m = v = jax.tree.map(jnp.zeros_like, params)
    for t in range(1, steps + 1):
        grads = gradient(params, X, y)
        m = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, m, grads)
        v = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g**2, v, grads)
        m_hat = jax.tree.map(lambda m, c=1 - beta1**t: m / c, m)
        v_hat = jax.tree.map(lambda v, c=1 - beta2**t: v / c, v)
        params = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-3), params, m_hat, v_hat)
    margin = X @ params["w"] + params["b"]
    return jnp.mean(jnp.log1p(jnp.exp(margin)) - y * margin)
