"""Dynamic time warping: a table of costs, each the smallest of three neighbours plus the local distance."""

import numpy as np


def dtw(s, t):
    n, m = len(s), len(t)
    D = np.full((n + 1, m + 1), np.inf)
    D[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = (s[i - 1] - t[j - 1]) ** 2
            D[i, j] = cost + min(D[i - 1, j], D[i, j - 1], D[i - 1, j - 1])
    return D


def loss(s, t):
    D = dtw(s, t)
    return D[-1, -1] / (len(s) + len(t))


def arguments(rng, n):
    return np.cumsum(rng.normal(size=n)), np.cumsum(rng.normal(size=n + 1))
