"""Leaky integrate-and-fire neurons with a surrogate: voltages reset by mask, spikes counted, traces decayed in place."""

import numpy as np


def simulate(W, W_in, inputs, leak, threshold):
    n = W.shape[0]
    v = np.zeros(n)
    trace = np.zeros(n)
    spikes = np.zeros(n, dtype=int)
    rates = np.zeros((len(inputs), n))
    for t, current in enumerate(inputs):
        v *= leak
        v += W_in @ current + W @ trace
        fired = v > threshold
        trace *= 0.8
        # how far above the threshold counts, so that the response is smooth between spikes
        trace[fired] += np.tanh(v[fired])
        v[fired] = 0.3 * (v[fired] - threshold)
        spikes[fired] += 1
        rates[t] = trace
    return rates, v, spikes


def loss(W, W_in, inputs, leak, threshold, wanted):
    rates, v, spikes = simulate(W, W_in, inputs, leak, threshold)
    return np.mean((rates - wanted) ** 2) + 0.1 * np.sum(v**2 / (1 + spikes))


def arguments(rng, n):
    inputs = rng.uniform(0.5, 1, size=(n + 1, 2))
    wanted = rng.uniform(size=(n + 1, n))
    return rng.normal(size=(n, n)) / np.sqrt(n), rng.uniform(0.5, 1, size=(n, 2)), inputs, 0.9, 1.0, wanted
