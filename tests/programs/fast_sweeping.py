"""Arrival times of a front: sweeps in four directions, each entry from its neighbours if that is earlier."""

import numpy as np


def loss(speed, h, source, sweeps):
    n = speed.shape[0]
    T = np.full((n + 2, n + 2), 1e3)
    T[source, source] = 0.0
    for _ in range(sweeps):
        for sx, sy in [(1, 1), (-1, 1), (1, -1), (-1, -1)]:
            for i in range(1, n + 1)[::sx]:
                for j in range(1, n + 1)[::sy]:
                    if i == source and j == source:
                        continue
                    a = min(T[i - 1, j], T[i + 1, j])
                    b = min(T[i, j - 1], T[i, j + 1])
                    f = h / speed[i - 1, j - 1]
                    if abs(a - b) >= f:
                        t = min(a, b) + f
                    else:
                        t = 0.5 * (a + b + np.sqrt(2 * f * f - (a - b) ** 2))
                    if t < T[i, j]:
                        T[i, j] = t
    return np.sum(T[1:-1, 1:-1] ** 2)


def arguments(rng, n):
    return rng.uniform(0.5, 1.5, (n, n)), 0.3, 2, 2
