"""A decoder that writes its own past: keys and values into caches position by position, embeddings by lookup."""

import numpy as np


def step(x, position, keys, values, Wq, Wk, Wv, Wo):
    q = x @ Wq
    keys[position] = x @ Wk
    values[position] = x @ Wv
    scores = keys[: position + 1] @ q / np.sqrt(len(q))
    scores -= scores.max()
    np.exp(scores, out=scores)
    scores /= scores.sum()
    return x + (scores @ values[: position + 1]) @ Wo


def loss(tokens, embedding, positions, Wq, Wk, Wv, Wo):
    T = len(tokens)
    d_head = Wq.shape[1]
    keys = np.empty((T, d_head))
    values = np.empty((T, d_head))
    total = 0.0
    for t in range(T - 1):
        x = embedding[tokens[t]] + positions[t]
        x = step(x, t, keys, values, Wq, Wk, Wv, Wo)
        logits = embedding @ x
        logits -= logits.max()
        total += np.log(np.sum(np.exp(logits))) - logits[tokens[t + 1]]
    return total / (T - 1)


def arguments(rng, n):
    vocabulary, d, d_head = 5, 4, 3
    Wq, Wk, Wv = rng.normal(size=(3, d, d_head)) / 2
    embedding, positions = rng.normal(size=(vocabulary, d)), 0.3 * rng.normal(size=(n + 1, d))
    return rng.integers(0, vocabulary, n + 1), embedding, positions, Wq, Wk, Wv, rng.normal(size=(d_head, d)) / 2
