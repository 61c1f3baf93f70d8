"""Natural cubic spline: second derivatives by a tridiagonal sweep, then values at points whose interval is looked up."""

import numpy as np


def second_derivatives(x, y):
    n = len(x)
    y2 = np.zeros(n)
    u = np.zeros(n)
    for i in range(1, n - 1):
        sig = (x[i] - x[i - 1]) / (x[i + 1] - x[i - 1])
        p = sig * y2[i - 1] + 2.0
        y2[i] = (sig - 1.0) / p
        u[i] = (y[i + 1] - y[i]) / (x[i + 1] - x[i]) - (y[i] - y[i - 1]) / (x[i] - x[i - 1])
        u[i] = (6.0 * u[i] / (x[i + 1] - x[i - 1]) - sig * u[i - 1]) / p
    for k in range(n - 2, -1, -1):
        y2[k] = y2[k] * y2[k + 1] + u[k]
    return y2


def evaluate(x, y, y2, points, values):
    for m in range(len(points)):
        lo, hi = 0, len(x) - 1
        while hi - lo > 1:
            middle = (lo + hi) // 2
            if x[middle] > points[m]:
                hi = middle
            else:
                lo = middle
        h = x[hi] - x[lo]
        a = (x[hi] - points[m]) / h
        b = (points[m] - x[lo]) / h
        values[m] = a * y[lo] + b * y[hi] + ((a**3 - a) * y2[lo] + (b**3 - b) * y2[hi]) * h * h / 6.0


def loss(x, y, points):
    values = np.empty_like(points)
    y2 = second_derivatives(x, y)
    evaluate(x, y, y2, points, values)
    return np.sum(values**2) + np.sum(np.sin(y2)) / len(y2)


def arguments(rng, n):
    x = np.arange(n + 1.0) + rng.uniform(-0.1, 0.1, n + 1)
    points = np.arange(n) + rng.uniform(0.3, 0.7, n)
    return x, rng.standard_normal(n + 1), points
