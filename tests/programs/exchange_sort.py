"""Selection sort of abscissae with their labels, two entries changing places by tuple assignment; the area under a curve."""

import numpy as np

WRITES = ("values",)


def sort_pairs(values, labels):
    n = len(values)
    for i in range(n - 1):
        smallest = i
        for j in range(i + 1, n):
            if values[j] < values[smallest]:
                smallest = j
        if smallest != i:
            values[i], values[smallest] = values[smallest], values[i]
            labels[i], labels[smallest] = labels[smallest], labels[i]


def loss(values, heights):
    labels = np.arange(len(values))
    sort_pairs(values, labels)
    area = 0.0
    for i in range(len(values) - 1):
        area += 0.5 * (values[i + 1] - values[i]) * (heights[labels[i]] + heights[labels[i + 1]])
    return area**2 + np.sum(np.cos(values))


def arguments(rng, n):
    return rng.permutation(n) + rng.uniform(-0.2, 0.2, n), rng.standard_normal(n)
