"""The forward algorithm of a hidden Markov model, scaled, with the smoothed posteriors by the backward recursion."""

import numpy as np


def forward(obs, start, trans, emit):
    T = len(obs)
    S = len(start)
    alpha = np.zeros((T, S))
    scale = np.zeros(T)
    alpha[0] = start * emit[:, obs[0]]
    scale[0] = alpha[0].sum()
    alpha[0] /= scale[0]
    for t in range(1, T):
        for j in range(S):
            for i in range(S):
                alpha[t, j] += alpha[t - 1, i] * trans[i, j]
            alpha[t, j] *= emit[j, obs[t]]
        scale[t] = alpha[t].sum()
        alpha[t] /= scale[t]
    return alpha, scale


def backward(obs, trans, emit, scale):
    T = len(obs)
    beta = np.zeros((T, trans.shape[0]))
    beta[-1] = 1.0
    for t in reversed(range(T - 1)):
        beta[t] = trans @ (emit[:, obs[t + 1]] * beta[t + 1])
        beta[t] /= scale[t + 1]
    return beta


def loss(obs, start, trans, emit):
    start = start / start.sum()
    trans = trans / trans.sum(axis=1, keepdims=True)
    emit = emit / emit.sum(axis=1, keepdims=True)
    alpha, scale = forward(obs, start, trans, emit)
    posterior = alpha * backward(obs, trans, emit, scale)
    return -np.sum(np.log(scale)) + np.sum(posterior**2)


def arguments(rng, n):
    S, symbols = 3, 4
    obs = rng.integers(0, symbols, size=n)
    return obs, rng.uniform(0.2, 1, S), rng.uniform(0.2, 1, (S, S)), rng.uniform(0.2, 1, (S, symbols))
