"""Haar's wavelet transform by lifting over strided views, in place, of signals and of images; linear."""

import numpy as np

ANALYTIC = True
LINEAR = True
WRITES = ("signal", "image")


def haar(signal):
    """Coefficients stay where their samples were: level by level the stride doubles."""
    stride = 1
    while 2 * stride <= len(signal):
        even = signal[:: 2 * stride]
        odd = signal[stride :: 2 * stride]
        odd -= even
        even += odd / 2
        stride *= 2


def haar_image(image):
    for row in image:
        haar(row)
    for column in image.T:
        haar(column)


def plain_sum(signal, image):
    haar(signal)
    haar_image(image)
    return signal[0] + 2 * signal[1] - signal[len(signal) // 2] - 3 * image[1, 1] + np.sum(image[::2, 1])


def loss(signal, image):
    haar(signal)
    haar_image(image)
    return np.sum(np.sqrt(signal**2 + 0.01)) + np.sum(np.sqrt(image**2 + 0.01))


def arguments(rng, n):
    size = 2 ** int(np.ceil(np.log2(n)))
    return rng.normal(size=size), rng.normal(size=(size, size))
