"""Trimmed mean and spread by insertion sort in place: a `while` whose test reads what the loop has just moved."""

import numpy as np

WRITES = ("x",)


def insertion_sort(x):
    for i in range(1, len(x)):
        key = x[i]
        j = i - 1
        while j >= 0 and x[j] > key:
            x[j + 1] = x[j]
            j -= 1
        x[j + 1] = key


def loss(x, weights):
    insertion_sort(x)
    middle = x[1:-1]
    spread = x[-1] - x[0]
    return np.sum(weights * np.sin(x)) + np.mean(middle) ** 2 + spread**2


def arguments(rng, n):
    return rng.permutation(n) + rng.uniform(-0.2, 0.2, n), rng.standard_normal(n)
