"""Labels without an alignment: the forward recursion over labels with blanks between them, scaled at each time."""

import numpy as np


def loss(logits, labels):
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    extended = [0]
    for label in labels:
        extended += [label, 0]
    T, S = len(p), len(extended)
    alpha = np.zeros((T, S))
    alpha[0, 0] = p[0, extended[0]]
    alpha[0, 1] = p[0, extended[1]]
    log_likelihood = 0.0
    for t in range(T):
        if t > 0:
            for s in range(S):
                a = alpha[t - 1, s]
                if s >= 1:
                    a += alpha[t - 1, s - 1]
                if s >= 2 and extended[s] != 0 and extended[s] != extended[s - 2]:
                    a += alpha[t - 1, s - 2]
                alpha[t, s] = a * p[t, extended[s]]
        scale = alpha[t].sum()
        alpha[t] /= scale
        log_likelihood += np.log(scale)
    return -(log_likelihood + np.log(alpha[-1, -1] + alpha[-1, -2]))


def arguments(rng, n):
    return rng.normal(size=(n + 2, 4)), [1, 2, 2]
