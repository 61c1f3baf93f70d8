"""Fast Fourier transform in place on real and imaginary parts: bit reversal by swaps, then butterflies, scalar loops."""

import numpy as np

ANALYTIC = True
LINEAR = True
WRITES = ("re", "im")


def fft(re, im):
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
    half = 1
    while half < n:
        for k in range(half):
            c = np.cos(np.pi * k / half)
            s = -np.sin(np.pi * k / half)
            for a in range(k, n, 2 * half):
                b = a + half
                tr = c * re[b] - s * im[b]
                ti = c * im[b] + s * re[b]
                re[b] = re[a] - tr
                im[b] = im[a] - ti
                re[a] += tr
                im[a] += ti
        half *= 2


def plain_sum(re, im):
    fft(re, im)
    return np.sum(re) + 2.0 * np.sum(im)


def loss(re, im):
    fft(re, im)
    return np.sum(np.log(1.0 + re**2 + im**2))


def arguments(rng, n):
    size = 2 ** int(np.ceil(np.log2(n)))
    return rng.standard_normal(size), rng.standard_normal(size)
