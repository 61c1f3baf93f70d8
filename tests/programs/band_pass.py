"""A fixed band-pass filter run forwards and then backwards over a signal in place: zero phase, linear in the signal."""

import numpy as np

ANALYTIC = True
LINEAR = True

B = (0.2, 0.0, -0.2)
A = (1.0, -0.9, 0.6)


def filter_in_place(y):
    x1, x2 = 0.0, 0.0
    y1, y2 = 0.0, 0.0
    for n in range(len(y)):
        x0 = y[n]
        y[n] = B[0] * x0 + B[1] * x1 + B[2] * x2 - A[1] * y1 - A[2] * y2
        x1, x2 = x0, x1
        y1, y2 = y[n], y1


def filtfilt(x):
    y = x.copy()
    filter_in_place(y)
    filter_in_place(y[::-1])
    return y


def plain_sum(x):
    y = filtfilt(x)
    return np.sum(y) + y[len(y) // 2] - 0.5 * y[0]


def loss(x):
    return np.mean(filtfilt(x) ** 2)


def arguments(rng, n):
    return (rng.normal(size=3 * n),)
