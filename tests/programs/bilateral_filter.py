"""A bilateral filter, run twice over an image; windows are slices that are cut at the border."""

import numpy as np

ANALYTIC = True


def bilateral(image, radius, sigma_space, sigma_range):
    rows, cols = image.shape
    out = np.zeros_like(image)
    offsets = np.arange(-radius, radius + 1)
    space = np.exp(-(offsets[:, None] ** 2 + offsets**2) / (2 * sigma_space**2))
    for i in range(rows):
        for j in range(cols):
            i0, i1 = max(0, i - radius), min(rows, i + radius + 1)
            j0, j1 = max(0, j - radius), min(cols, j + radius + 1)
            patch = image[i0:i1, j0:j1]
            w = np.exp(-((patch - image[i, j]) ** 2) / (2 * sigma_range**2))
            w *= space[i0 - i + radius : i1 - i + radius, j0 - j + radius : j1 - j + radius]
            out[i, j] = np.sum(w * patch) / np.sum(w)
    return out


def iterate(image, radius, sigma_space, sigma_range, times):
    for _ in range(times):
        image[...] = bilateral(image, radius, sigma_space, sigma_range)
    return image


def loss(image, clean, radius, sigma_space, sigma_range):
    return np.sum((iterate(image.copy(), radius, sigma_space, sigma_range, 2) - clean) ** 2)


def arguments(rng, n):
    return rng.uniform(size=(n, n + 1)), rng.uniform(size=(n, n + 1)), 1, 0.9, 0.4
