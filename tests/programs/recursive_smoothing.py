"""Image smoothing by a recursive filter along rows, then along columns: the same function on `image` and `image.T`."""

import numpy as np

ANALYTIC = True


def smooth_rows(image, a):
    """First order, there and back, in place."""
    cols = image.shape[1]
    for j in range(1, cols):
        image[:, j] = (1 - a) * image[:, j] + a * image[:, j - 1]
    for j in range(cols - 2, -1, -1):
        image[:, j] = (1 - a) * image[:, j] + a * image[:, j + 1]


def smooth(image, a):
    smooth_rows(image, a)
    smooth_rows(image.T, a)


def unsharp(image, a, amount):
    blurred = image.copy()
    smooth(blurred, a)
    sharp = image + amount * (image - blurred)
    # the frame is left as it was
    inner = sharp[1:-1, 1:-1]
    core = inner[1:-1, 1:-1]
    core *= 1.0 + amount * core
    inner[0] = blurred[1, 1:-1]
    return sharp


def loss(image, a, amount, target):
    return np.mean((unsharp(image, a, amount) - target) ** 2)


def arguments(rng, n):
    return rng.uniform(size=(n + 2, n + 1)), 0.4, 0.3, rng.uniform(size=(n + 2, n + 1))
