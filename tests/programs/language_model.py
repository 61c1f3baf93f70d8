"""A small language model: blocks of causal attention and a feed-forward layer, parameters in nested dicts."""

import numpy as np


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def layer_norm(x, g, b, eps=1e-5):
    mean = np.mean(x, axis=-1, keepdims=True)
    variance = np.var(x, axis=-1, keepdims=True)
    return g * (x - mean) / np.sqrt(variance + eps) + b


def linear(x, w, b):
    return x @ w + b


def attention(q, k, v, mask):
    return softmax(q @ k.T / np.sqrt(q.shape[-1]) + mask) @ v


def heads_of(x, attn, proj, n_head):
    qkv = np.split(linear(x, **attn), 3, axis=-1)
    heads = list(map(lambda part: np.split(part, n_head, axis=-1), qkv))
    causal = (1 - np.tri(x.shape[0], dtype=x.dtype)) * -1e10
    return linear(np.hstack([attention(q, k, v, causal) for q, k, v in zip(*heads)]), **proj)


def block(x, mlp, attn, ln_1, ln_2, n_head):
    x = x + heads_of(layer_norm(x, **ln_1), **attn, n_head=n_head)
    hidden = gelu(linear(layer_norm(x, **ln_2), **mlp["up"]))
    return x + linear(hidden, **mlp["down"])


def logits_of(inputs, wte, wpe, blocks, ln_f, n_head):
    x = wte[inputs] + wpe[range(len(inputs))]
    for parameters in blocks:
        x = block(x, **parameters, n_head=n_head)
    return layer_norm(x, **ln_f) @ wte.T


def loss(params, ids):
    x, y = ids[:-1], ids[1:]
    logits = logits_of(x, **params, n_head=2)
    log_p = logits - np.log(np.sum(np.exp(logits), axis=-1, keepdims=True))
    return -np.mean(log_p[np.arange(len(y)), y])


def arguments(rng, n):
    d, words = 4, 5

    def layer(m, k):
        return {"w": 0.4 * rng.normal(size=(m, k)), "b": 0.1 * rng.normal(size=k)}

    def norm():
        return {"g": rng.uniform(0.8, 1.2, d), "b": 0.1 * rng.normal(size=d)}

    blocks = [
        {
            "mlp": {"up": layer(d, 6), "down": layer(6, d)},
            "attn": {"attn": layer(d, 3 * d), "proj": layer(d, d)},
            "ln_1": norm(),
            "ln_2": norm(),
        }
    ]
    ids = rng.integers(0, words, size=n)
    params = {"wte": rng.normal(size=(words, d)), "wpe": rng.normal(size=(n - 1, d)), "blocks": blocks, "ln_f": norm()}
    return params, ids
