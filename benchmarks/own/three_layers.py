"""A network of three layers: its mean cross-entropy over a batch, as a function of its weights."""

import itertools

import numpy as np

WRT = (0,)


def loss(layers, inputs, labels):
    hidden = inputs
    for weights, bias in layers[:-1]:
        hidden = np.tanh(hidden @ weights + bias)
    weights, bias = layers[-1]
    logits = hidden @ weights + bias
    logits = logits - np.max(logits, axis=1, keepdims=True)
    log_p = logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(labels)), labels])


def arguments(rng, n):
    widths = (64, 128, 128, 10)
    layers = [
        (rng.normal(size=(above, below)) / np.sqrt(above), 0.1 * rng.normal(size=below))
        for above, below in itertools.pairwise(widths)
    ]
    return layers, rng.normal(size=(n, widths[0])), rng.integers(0, widths[-1], size=n)
