"""Thomas algorithm for a tridiagonal system, with modified coefficients in arrays of their own; arguments are kept."""

import numpy as np

ANALYTIC = True


def thomas(a, b, c, d):
    n = len(d)
    cp = np.empty(n - 1, dtype=d.dtype)
    dp = np.empty(n, dtype=d.dtype)
    x = np.empty(n, dtype=d.dtype)
    cp[0] = c[0] / b[0]
    dp[0] = d[0] / b[0]
    for i in range(1, n):
        m = b[i] - a[i - 1] * cp[i - 1]
        if i < n - 1:
            cp[i] = c[i] / m
        dp[i] = (d[i] - a[i - 1] * dp[i - 1]) / m
    x[-1] = dp[-1]
    for i in range(n - 2, -1, -1):
        x[i] = dp[i] - cp[i] * x[i + 1]
    return x


def loss(a, b, c, d):
    x = thomas(a, b, c, d)
    return np.sum(np.sin(x)) + 0.5 * np.sum(x**2)


def arguments(rng, n):
    a, c = (rng.uniform(-1.0, 1.0, n - 1) for _ in range(2))
    return a, rng.uniform(2.5, 3.5, n), c, rng.standard_normal(n)
