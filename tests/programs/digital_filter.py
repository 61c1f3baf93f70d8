"""Digital filters: an FIR filter, then a biquad cascade with feedback, sample by sample and in place."""

import numpy as np


def fir(x, taps):
    y = np.zeros(len(x))
    for n in range(len(x)):
        for k in range(min(n + 1, len(taps))):
            y[n] += taps[k] * x[n - k]
    return y


def one_pole(x, b0, a1):
    y = np.zeros_like(x)
    y[0] = b0 * x[0]
    for n in range(1, len(x)):
        y[n] = b0 * x[n] - a1 * y[n - 1]
    return y


def biquad(signal, b, a):
    """Direct form II transposed; the signal is replaced by its filtered self."""
    s1 = 0.0
    s2 = 0.0
    for n in range(signal.shape[0]):
        x = signal[n]
        y = b[0] * x + s1
        s1 = b[1] * x - a[0] * y + s2
        s2 = b[2] * x - a[1] * y
        signal[n] = y


def loss(x, taps, b0, a1, sections, wanted):
    y = one_pole(fir(x, taps), b0, a1)
    for section in sections:
        biquad(y, section[:3], section[3:])
    return np.sum((y - wanted) ** 2)


def arguments(rng, n):
    x, wanted = rng.normal(size=(2, 2 * n))
    sections = np.array([[1.0, 0.5, 0.2, -0.4, 0.3], [0.8, -0.3, 0.1, 0.2, 0.1]])
    return x, rng.normal(size=3), 0.6, -0.4, sections, wanted
