"""Correlation matrix of the columns of a table, with slices; columns that hardly vary are found with a mask."""

import numpy as np

WRITES = ("data",)


def correlation(data):
    n, m = data.shape
    mean = np.mean(data, axis=0)
    stddev = np.std(data, axis=0)
    stddev[stddev <= 0.1] = 1.0
    data -= mean
    data /= np.sqrt(n) * stddev
    corr = np.eye(m)
    for i in range(m - 1):
        corr[i + 1 :, i] = corr[i, i + 1 :] = data[:, i] @ data[:, i + 1 :]
    return corr


def loss(data):
    corr = correlation(data)
    return np.sum(np.tanh(corr)) + np.sum(np.sin(data))


def arguments(rng, n):
    data = rng.standard_normal((n + 4, n)) * 2.0 + 1.0
    data[:, 0] *= 0.01
    return (data,)
