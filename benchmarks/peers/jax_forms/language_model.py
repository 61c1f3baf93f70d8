"""The parameters as a pytree; all heads of a block as one batched product, the causal mask as a static triangle."""

import jax
import jax.numpy as jnp
import numpy as np


def layer_norm(x, g, b, eps=1e-5):
    centred = x - jnp.mean(x, axis=-1, keepdims=True)
    return g * centred / jnp.sqrt(jnp.mean(centred**2, axis=-1, keepdims=True) + eps) + b


def linear(x, w, b):
    return x @ w + b


def heads_of(x, attn, proj, n_head):
    length, width = x.shape
    q, k, v = linear(x, **attn).reshape(length, 3, n_head, width // n_head).transpose(1, 2, 0, 3)
    scores = q @ k.transpose(0, 2, 1) / np.sqrt(width // n_head)
    weights = jax.nn.softmax(jnp.where(np.tri(length, dtype=bool), scores, -jnp.inf), axis=-1)
    return linear((weights @ v).transpose(1, 0, 2).reshape(length, width), **proj)


def block(x, mlp, attn, ln_1, ln_2, n_head):
    x = x + heads_of(layer_norm(x, **ln_1), **attn, n_head=n_head)
    hidden = jax.nn.gelu(linear(layer_norm(x, **ln_2), **mlp["up"]), approximate=True)
    return x + linear(hidden, **mlp["down"])


def logits_of(inputs, wte, wpe, blocks, ln_f, n_head):
    x = wte[inputs] + wpe[: len(inputs)]
    for parameters in blocks:
        x = block(x, **parameters, n_head=n_head)
    return layer_norm(x, **ln_f) @ wte.T


def loss(params, ids):
    log_p = jax.nn.log_softmax(logits_of(ids[:-1], **params, n_head=2))
    return -jnp.mean(jnp.take_along_axis(log_p, ids[1:, None], axis=1))
