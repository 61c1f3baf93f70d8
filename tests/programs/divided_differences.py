"""Newton's interpolation: divided differences in one array by a reversed triangular nest, then Horner's scheme."""

import numpy as np

ANALYTIC = True


def newton_coefficients(x, y):
    n = len(x)
    c = np.array(y)
    for j in range(1, n):
        for i in range(n - 1, j - 1, -1):
            c[i] = (c[i] - c[i - 1]) / (x[i] - x[i - j])
    return c


def power_coefficients(x, c):
    """From Newton's form to powers of t, in place."""
    n = len(c)
    a = c.copy()
    for k in range(n - 2, -1, -1):
        for i in range(k, n - 1):
            a[i] -= x[k] * a[i + 1]
    return a


def evaluate(x, c, t):
    p = np.full_like(t, 0.0)
    p[:] = c[-1]
    for k in range(len(c) - 2, -1, -1):
        p *= t - x[k]
        p += c[k]
    return p


def loss(x, y, t):
    c = newton_coefficients(x, y)
    return np.mean(evaluate(x, c, t) ** 2) + 0.1 * np.sum(np.tanh(power_coefficients(x, c)) ** 2)


def arguments(rng, n):
    n = min(n, 12)
    x = np.linspace(-1.0, 1.0, n) + 0.3 / n * rng.uniform(-1, 1, size=n)
    return x, np.sin(2 * x) + 0.1 * rng.normal(size=n), np.linspace(-0.9, 0.9, n + 2)
