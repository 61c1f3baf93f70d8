"""y = alpha A x + beta B x, by scalar loops with both row sums kept in arrays."""

import numpy as np

ANALYTIC = True


def gesummv(alpha, beta, A, B, x, tmp, y):
    n = len(x)
    for i in range(n):
        tmp[i] = 0.0
        y[i] = 0.0
        for j in range(n):
            tmp[i] = A[i, j] * x[j] + tmp[i]
            y[i] = B[i, j] * x[j] + y[i]
        y[i] = alpha * tmp[i] + beta * y[i]


def loss(alpha, beta, A, B, x):
    tmp = np.empty_like(x)
    y = np.empty_like(x)
    gesummv(alpha, beta, A, B, x, tmp, y)
    return np.sum(y**2) + np.sum(np.cos(tmp))


def arguments(rng, n):
    A, B = (rng.standard_normal((n, n)) / np.sqrt(n) for _ in range(2))
    return 1.5, 0.7, A, B, rng.standard_normal(n)
