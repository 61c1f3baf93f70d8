"""A soft Levenshtein distance between two sequences of symbol probabilities, with two rows that are exchanged."""

import numpy as np


def soft_min(a, b, c, gamma):
    low = min(a, b, c)
    return low - gamma * np.log(np.exp((low - a) / gamma) + np.exp((low - b) / gamma) + np.exp((low - c) / gamma))


def soft_levenshtein(p, q, cost, gamma):
    n, m = p.shape[0], q.shape[0]
    previous = np.zeros(m + 1)
    current = np.zeros(m + 1)
    for j in range(m + 1):
        previous[j] = j
    for i in range(n):
        current[0] = i + 1
        for j in range(m):
            substitution = p[i] @ cost @ q[j]
            current[j + 1] = soft_min(previous[j + 1] + 1, current[j] + 1, previous[j] + substitution, gamma)
        previous, current = current, previous
    return previous[m]


def normalise(logits):
    p = np.exp(logits)
    for row in p:
        row /= row.sum()
    return p


def loss(logits_p, logits_q, cost, gamma):
    return soft_levenshtein(normalise(logits_p), normalise(logits_q), cost, gamma)


def arguments(rng, n):
    k = 4
    cost = (1.0 - np.eye(k)) * rng.uniform(0.5, 1.5, size=(k, k))
    return rng.normal(size=(n, k)), rng.normal(size=(n + 1, k)), cost, 0.5
