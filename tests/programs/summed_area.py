"""Local means of an image from its summed-area table: cumulative sums in place (`out=`), then differences of corners."""

import numpy as np

ANALYTIC = True


def local_mean(img, radius):
    n, m = img.shape
    table = np.zeros((n + 1, m + 1), dtype=img.dtype)
    table[1:, 1:] = img
    np.cumsum(table, axis=0, out=table)
    for j in range(1, m + 1):
        table[:, j] += table[:, j - 1]
    mean = np.empty_like(img)
    for i in range(n):
        top, bottom = max(i - radius, 0), min(i + radius + 1, n)
        for j in range(m):
            left, right = max(j - radius, 0), min(j + radius + 1, m)
            total = table[bottom, right] - table[top, right] - table[bottom, left] + table[top, left]
            mean[i, j] = total / ((bottom - top) * (right - left))
    return mean


def loss(img, radius):
    mean = local_mean(img, radius)
    contrast = img - mean
    contrast /= 1.0 + mean**2
    return np.sum(contrast**2)


def arguments(rng, n):
    return rng.uniform(0.0, 1.0, (n, n + 1)), 1
