"""A radix-2 FFT of real and imaginary parts in place: bit reversal by swaps, then butterflies; linear in the signal."""

import math

import numpy as np

ANALYTIC = True
LINEAR = True
WRITES = ("re", "im")


def bit_reverse(re, im):
    n = len(re)
    j = 0
    for i in range(1, n):
        bit = n >> 1
        while j & bit:
            j ^= bit
            bit >>= 1
        j |= bit
        if i < j:
            re[i], re[j] = re[j], re[i]
            im[i], im[j] = im[j], im[i]


def fft(re, im):
    n = len(re)
    bit_reverse(re, im)
    size = 2
    while size <= n:
        half = size // 2
        for start in range(0, n, size):
            for k in range(half):
                angle = -2 * math.pi * k / size
                c, s = math.cos(angle), math.sin(angle)
                a, b = start + k, start + k + half
                tr = c * re[b] - s * im[b]
                ti = c * im[b] + s * re[b]
                re[b], im[b] = re[a] - tr, im[a] - ti
                re[a] += tr
                im[a] += ti
        size *= 2


def plain_sum(re, im):
    fft(re, im)
    return re[1] - 0.5 * im[1] + 2.0 * im[-1] + np.sum(re[::2]) + np.mean(im)


def loss(re, im):
    fft(re, im)
    power = re**2 + im**2
    return np.sum(np.log(0.1 + power))


def arguments(rng, n):
    size = 2 ** int(np.ceil(np.log2(n)))
    return rng.normal(size=size), rng.normal(size=size)
