"""Edges of an image: slopes by shifted sums, and only what is largest across its own direction is kept."""

import numpy as np


def correlated(a, k):
    out = np.zeros((a.shape[0] - 2, a.shape[1] - 2))
    for i in range(3):
        for j in range(3):
            out += k[i, j] * a[i : i + out.shape[0], j : j + out.shape[1]]
    return out


def loss(image, smooth):
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    image = correlated(image, smooth / smooth.sum())
    gx, gy = correlated(image, sobel), correlated(image, sobel.T)
    size = np.hypot(gx, gy)
    angle = np.arctan2(gy, gx)
    kept = np.zeros_like(size)
    for i in range(1, size.shape[0] - 1):
        for j in range(1, size.shape[1] - 1):
            degrees = angle[i, j] * 180 / np.pi % 180
            if degrees < 22.5 or degrees >= 157.5:
                one, other = size[i, j - 1], size[i, j + 1]
            elif degrees < 67.5:
                one, other = size[i - 1, j + 1], size[i + 1, j - 1]
            elif degrees < 112.5:
                one, other = size[i - 1, j], size[i + 1, j]
            else:
                one, other = size[i - 1, j - 1], size[i + 1, j + 1]
            if size[i, j] >= one and size[i, j] >= other:
                kept[i, j] = size[i, j]
    return kept.sum() + 0.1 * np.mean(size**2) + np.sum(np.sin(angle))


def arguments(rng, n):
    return rng.random((n + 4, n + 4)), rng.uniform(0.5, 1.0, (3, 3))
