"""A causal attention head in scalar loops: scores, a softmax over the past (triangular), and the weighted sum."""

import math

import numpy as np


def attention(x, Wq, Wk, Wv):
    T, d = x.shape
    d_head = Wq.shape[1]
    q = np.zeros((T, d_head))
    k = np.zeros((T, d_head))
    v = np.zeros((T, d_head))
    for t in range(T):
        for a in range(d_head):
            for b in range(d):
                q[t, a] += x[t, b] * Wq[b, a]
                k[t, a] += x[t, b] * Wk[b, a]
                v[t, a] += x[t, b] * Wv[b, a]

    scores = np.empty(T)
    out = np.zeros((T, d_head))
    for t in range(T):
        top = -1e30
        for s in range(t + 1):
            scores[s] = 0.0
            for a in range(d_head):
                scores[s] += q[t, a] * k[s, a]
            scores[s] /= math.sqrt(d_head)
            if scores[s] > top:
                top = scores[s]
        norm = 0.0
        for s in range(t + 1):
            scores[s] = math.exp(scores[s] - top)
            norm += scores[s]
        for s in range(t + 1):
            out[t] += scores[s] / norm * v[s]
    return out


def loss(x, Wq, Wk, Wv, target):
    return np.sum((attention(x, Wq, Wk, Wv) - target) ** 2)


def arguments(rng, n):
    T, d, d_head = n, 4, 3
    weights = [rng.normal(size=(d, d_head)) / 2 for _ in range(3)]
    return rng.normal(size=(T, d)), *weights, rng.normal(size=(T, d_head))
