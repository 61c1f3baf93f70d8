"""Natural cubic spline: second derivatives by a tridiagonal sweep in place, then evaluation at many points."""

import numpy as np


def spline_moments(x, y):
    """Second derivatives at the knots."""
    n = len(x)
    y2 = np.zeros(n)
    u = np.zeros(n - 1)
    for i in range(1, n - 1):
        sig = (x[i] - x[i - 1]) / (x[i + 1] - x[i - 1])
        p = sig * y2[i - 1] + 2.0
        y2[i] = (sig - 1.0) / p
        u[i] = (y[i + 1] - y[i]) / (x[i + 1] - x[i]) - (y[i] - y[i - 1]) / (x[i] - x[i - 1])
        u[i] = (6.0 * u[i] / (x[i + 1] - x[i - 1]) - sig * u[i - 1]) / p
    for k in range(n - 2, -1, -1):
        y2[k] = y2[k] * y2[k + 1] + u[k]
    return y2


def evaluate(x, y, y2, t):
    s = np.empty(len(t))
    for m in range(len(t)):
        lo, hi = 0, len(x) - 1
        while hi - lo > 1:
            mid = (hi + lo) // 2
            if x[mid] > t[m]:
                hi = mid
            else:
                lo = mid
        h = x[hi] - x[lo]
        a = (x[hi] - t[m]) / h
        b = (t[m] - x[lo]) / h
        s[m] = a * y[lo] + b * y[hi] + ((a**3 - a) * y2[lo] + (b**3 - b) * y2[hi]) * h**2 / 6.0
    return s


def loss(x, y, t):
    y2 = spline_moments(x, y)
    s = evaluate(x, y, y2, t)
    return np.sum(s**2) + 0.05 * np.sum(y2**2)


def arguments(rng, n):
    x = np.arange(n + 1) + rng.uniform(-0.2, 0.2, size=n + 1)
    t = np.linspace(0.4, n - 0.4, 2 * n)
    return x, rng.normal(size=n + 1), t
