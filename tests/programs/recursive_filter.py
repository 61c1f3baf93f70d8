"""Smoothing and edge filter of an image: first-order recursions down and up each line, along one axis, then the other."""

import numpy as np

ANALYTIC = True


def smooth_rows(img, out, a):
    """Causal and anticausal pass along the last axis."""
    width = img.shape[1]
    causal = np.empty_like(img)
    causal[:, 0] = img[:, 0]
    for j in range(1, width):
        causal[:, j] = (1.0 - a) * img[:, j] + a * causal[:, j - 1]
    out[:, -1] = causal[:, -1]
    for j in range(width - 2, -1, -1):
        out[:, j] = (1.0 - a) * causal[:, j] + a * out[:, j + 1]


def edges(img, alpha):
    a = np.exp(-alpha)
    first = np.empty_like(img)
    second = np.empty_like(img)
    smooth_rows(img, first, a)
    smooth_rows(first.T, second.T, a)
    gx = np.zeros_like(img)
    gx[:, 1:-1] = 0.5 * (second[:, 2:] - second[:, :-2])
    gx[1:-1, :] += 0.5 * (second[2:, :] - second[:-2, :])
    return second, gx


def loss(img, alpha):
    smooth, gradient = edges(img, alpha)
    return np.sum(gradient**2) + np.sum((smooth - img) ** 2)


def arguments(rng, n):
    return rng.uniform(0.0, 1.0, (n, n + 1)), 0.7
