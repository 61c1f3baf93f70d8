"""The best alignment of parts of two sequences: a table of scores that never fall below 0, and the way back."""

import numpy as np


def loss(a, b, similarity, gap):
    H = np.zeros((len(a) + 1, len(b) + 1))
    best, bi, bj = 0.0, 0, 0
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            match = H[i - 1, j - 1] + similarity[a[i - 1], b[j - 1]]
            H[i, j] = max(0, match, H[i - 1, j] - gap, H[i, j - 1] - gap)
            if H[i, j] > best:
                best, bi, bj = H[i, j], i, j
    along = 0.0
    while bi > 0 and bj > 0 and H[bi, bj] > 0:
        along += H[bi, bj]
        if H[bi, bj] == H[bi - 1, bj - 1] + similarity[a[bi - 1], b[bj - 1]]:
            bi, bj = bi - 1, bj - 1
        elif H[bi, bj] == H[bi - 1, bj] - gap:
            bi -= 1
        else:
            bj -= 1
    return best + 0.1 * along + 0.01 * np.sum(H**2) + 0.01 * np.sum(similarity**2)


def arguments(rng, n):
    return rng.integers(0, 4, size=n + 2), rng.integers(0, 4, size=n + 1), rng.normal(size=(4, 4)) + np.eye(4), 0.37
