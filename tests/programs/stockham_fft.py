"""Stockham's FFT: complex stages between two buffers that change places, reshaped views written; power spectrum."""

import numpy as np


def stockham(x):
    n = len(x)
    y = x.copy()
    z = np.empty_like(y)
    half, stride = n, 1
    while half > 1:
        half //= 2
        a = y.reshape(2, half, stride)
        b = z.reshape(half, 2, stride)
        for p in range(half):
            w = np.exp(-1j * np.pi * p / half)
            b[p, 0] = a[0, p] + a[1, p]
            b[p, 1] = (a[0, p] - a[1, p]) * w
        y, z = z, y
        stride *= 2
    return y


def loss(signal, window):
    spectrum = stockham((signal * window).astype(complex))
    power = np.abs(spectrum) ** 2
    return np.sum(np.log(0.5 + power)) + spectrum[1].real * spectrum[1].imag


def arguments(rng, n):
    size = 2 ** int(np.ceil(np.log2(n)))
    return rng.normal(size=size), rng.uniform(0.5, 1, size=size)
