"""Quadrature: Simpson's rule, a cumulative trapezoid into an array, and Romberg's triangular table."""

import numpy as np


def simpson(y, h):
    total = y[0] + y[-1]
    total += 4.0 * np.sum(y[1:-1:2])
    total += 2.0 * np.sum(y[2:-1:2])
    return total * h / 3.0


def cumulative_trapezoid(y, x):
    F = np.zeros(len(y))
    for i in range(1, len(y)):
        F[i] = F[i - 1] + 0.5 * (y[i] + y[i - 1]) * (x[i] - x[i - 1])
    return F


def romberg(f, a, b, levels):
    R = np.zeros((levels, levels))
    h = b - a
    R[0, 0] = 0.5 * h * (f(a) + f(b))
    for k in range(1, levels):
        h *= 0.5
        s = 0.0
        for m in range(1, 2**k, 2):
            s += f(a + m * h)
        R[k, 0] = 0.5 * R[k - 1, 0] + h * s
        for j in range(1, k + 1):
            R[k, j] = R[k, j - 1] + (R[k, j - 1] - R[k - 1, j - 1]) / (4**j - 1)
    return R[-1, -1]


def loss(a, b, rate, frequency, panels, levels):
    def damped(t):
        return np.exp(-rate * t) * np.cos(frequency * t)

    x = np.linspace(0.0, 1.0, 2 * panels + 1) * (b - a) + a
    y = damped(x)
    F = cumulative_trapezoid(y, x)
    return simpson(y, (b - a) / (2 * panels)) * romberg(damped, a, b, levels) + np.mean(F**2)


def arguments(rng, n):
    return 0.1, 2.0 + float(rng.uniform()), 0.4, 2.2, n, min(n, 8)
