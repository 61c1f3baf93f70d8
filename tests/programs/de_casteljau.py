"""Bezier curves by de Casteljau's triangle in place, subdivision into two halves, and the length of the polyline."""

import numpy as np

ANALYTIC = True


def split(points, t):
    """Control points of the left and of the right half."""
    n = len(points)
    left = np.empty_like(points)
    right = np.empty_like(points)
    p = points.copy()
    for k in range(n):
        left[k] = p[0]
        right[n - 1 - k] = p[n - 1 - k]
        for i in range(n - 1 - k):
            p[i] = (1 - t) * p[i] + t * p[i + 1]
    return left, right


def refine(points, depth, t):
    if depth == 0:
        return np.sum(np.sqrt(np.sum(np.diff(points, axis=0) ** 2, axis=1)))
    left, right = split(points, t)
    return refine(left, depth - 1, t) + refine(right, depth - 1, t)


def loss(points, t, depth):
    left, right = split(points, t)
    return refine(points, depth, t) + np.sum((left[1:-1] - right[1:-1]) ** 2)


def arguments(rng, n):
    n = min(n, 10)
    return np.stack([np.arange(n), rng.normal(size=n)], axis=1), 0.45, 2
