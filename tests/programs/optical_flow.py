"""Motion between two images: least squares in a window around each pixel, where the slopes say enough."""

import numpy as np


def loss(first, second, w):
    gy, gx = np.gradient(first)
    gt = second - first
    flow = np.zeros((*first.shape, 2))
    for i in range(w, first.shape[0] - w):
        for j in range(w, first.shape[1] - w):
            x = gx[i - w : i + w + 1, j - w : j + w + 1].flatten()
            y = gy[i - w : i + w + 1, j - w : j + w + 1].flatten()
            t = gt[i - w : i + w + 1, j - w : j + w + 1].flatten()
            A = np.vstack((x, y)).T
            if np.min(np.linalg.eigvalsh(A.T @ A)) >= 1e-2:
                flow[i, j] = np.linalg.pinv(A) @ -t
    return np.sum(flow**2) + np.sum(np.diff(flow, axis=0) ** 2)


def arguments(rng, n):
    return rng.random((n + 1, n + 1)), rng.random((n + 1, n + 1)), 2
