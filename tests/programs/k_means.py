"""The k-means objective and Lloyd's iterations: assignments by argmin, sums and counts gathered in place."""

import numpy as np


def assign(points, centres):
    distance = np.empty((len(points), len(centres)))
    for k in range(len(centres)):
        distance[:, k] = np.sum((points - centres[k]) ** 2, axis=1)
    return np.argmin(distance, axis=1), distance


def objective(points, centres):
    total = 0.0
    for p in points:
        nearest = np.inf
        for c in centres:
            d = p - c
            d2 = np.dot(d, d)
            if d2 < nearest:
                nearest = d2
        total += nearest
    return total / len(points)


def lloyd(points, centres, iterations):
    centres = centres.copy()
    for _ in range(iterations):
        labels, _ = assign(points, centres)
        sums = np.zeros_like(centres)
        counts = np.zeros(len(centres))
        for i in range(len(points)):
            sums[labels[i]] += points[i]
            counts[labels[i]] += 1
        for k in range(len(centres)):
            if counts[k] > 0:
                # the old centre counts as one point, so that little clusters move slowly
                centres[k] = (centres[k] + sums[k]) / (counts[k] + 1)
    return centres


def loss(points, centres, iterations):
    moved = lloyd(points, centres, iterations)
    _, distance = assign(points, moved)
    return objective(points, moved) + 0.01 * np.mean(distance)


def arguments(rng, n):
    true = np.array([[0.0, 0.0], [4.0, 1.0], [1.0, 5.0]])
    points = true[np.arange(3 * n) % 3] + 0.4 * rng.normal(size=(3 * n, 2))
    return points, true + 0.5 * rng.normal(size=(3, 2)), 2
