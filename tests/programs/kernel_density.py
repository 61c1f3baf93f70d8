"""Kernel density estimate on a grid, its leave-one-out likelihood, and a mean-shift of the points; loops over both."""

import math

import numpy as np


def density(grid, data, h):
    f = np.zeros(grid.shape)
    for g in range(len(grid)):
        for x in data:
            u = (grid[g] - x) / h
            f[g] += math.exp(-0.5 * u * u)
        f[g] /= len(data) * h * math.sqrt(2 * math.pi)
    return f


def leave_one_out(data, h):
    n = len(data)
    p = np.zeros(n)
    for i in range(n):
        for j in range(n):
            if j == i:
                continue
            p[i] += np.exp(-0.5 * ((data[i] - data[j]) / h) ** 2)
    p /= (n - 1) * h * np.sqrt(2 * np.pi)
    return np.sum(np.log(p))


def mean_shift(points, data, h):
    for i, p in enumerate(points):
        k = np.exp(-0.5 * ((data - p) / h) ** 2)
        points[i] = np.dot(k, data) / k.sum()


def loss(grid, data, h):
    points = np.array(grid)
    mean_shift(points, data, h)
    mean_shift(points, data, h)
    return np.sum(density(grid, data, h) ** 2) - 0.1 * leave_one_out(data, h) + np.mean(points**2)


def arguments(rng, n):
    return np.linspace(-2, 2, n) + 0.1 * rng.normal(size=n), rng.normal(size=n + 2), 0.7
