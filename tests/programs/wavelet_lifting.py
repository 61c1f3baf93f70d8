"""Wavelet transform by lifting: even and odd entries are strided views that update each other in place, level by level."""

import numpy as np

ANALYTIC = True
LINEAR = True


def forward(x):
    coarse = x
    while len(coarse) > 2:
        even = coarse[::2]
        odd = coarse[1::2]
        odd[:-1] -= 0.5 * (even[:-1] + even[1:])
        odd[-1] -= even[-1]
        even[1:] += 0.25 * (odd[:-1] + odd[1:])
        even[0] += 0.5 * odd[0]
        coarse = even


def plain_sum(signal):
    x = np.array(signal)
    forward(x)
    return np.sum(x)


def loss(signal):
    x = np.array(signal)
    forward(x)
    return np.sum(x**2 / (1.0 + x**2))


def arguments(rng, n):
    return (rng.standard_normal(2 ** int(np.ceil(np.log2(n)))),)
