"""y = alpha A x + beta B x, row by row with enumerate and zip over the rows of both matrices."""

import numpy as np

ANALYTIC = True


def gesummv(alpha, beta, A, B, x):
    y = np.empty(len(x), dtype=x.dtype)
    for i, (a, b) in enumerate(zip(A, B)):
        y[i] = alpha * np.dot(a, x)
        y[i] += beta * np.dot(b, x)
    return y


def loss(alpha, beta, A, B, x):
    y = gesummv(alpha, beta, A, B, x)
    return np.sum(np.log(1.0 + y**2))


def arguments(rng, n):
    A, B = (rng.standard_normal((n, n)) / np.sqrt(n) for _ in range(2))
    return 1.1, 0.4, A, B, rng.standard_normal(n)
