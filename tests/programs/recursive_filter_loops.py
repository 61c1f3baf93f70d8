"""Second-order recursive filter forwards and backwards over each line, by scalar loops with the last two values carried."""

import numpy as np

ANALYTIC = True


def filter_lines(x, b0, a1, a2):
    rows, columns = x.shape
    forwards = np.ndarray(x.shape, dtype=x.dtype)
    y = np.ndarray(x.shape, dtype=x.dtype)
    for i in range(rows):
        ym1 = ym2 = 0.0
        for j in range(columns):
            forwards[i, j] = b0 * x[i, j] + a1 * ym1 + a2 * ym2
            ym2 = ym1
            ym1 = forwards[i, j]
    for i in range(rows):
        yp1, yp2 = 0.0, 0.0
        for j in range(columns - 1, -1, -1):
            y[i, j] = b0 * forwards[i, j] + a1 * yp1 + a2 * yp2
            yp1, yp2 = y[i, j], yp1
    return y


def loss(x, b0, a1, a2):
    y = filter_lines(x, b0, a1, a2)
    return np.sum((y - x) ** 2) + np.sum(np.cos(y))


def arguments(rng, n):
    return rng.standard_normal((n - 1, n + 2)), 0.4, 0.8, -0.2
