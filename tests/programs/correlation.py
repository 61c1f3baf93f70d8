"""Correlation matrix of the columns of a table, by scalar loops; a column that hardly varies is not scaled."""

import numpy as np

WRITES = ("data",)


def correlation(data, eps=0.1):
    n, m = data.shape
    mean = np.zeros(m)
    stddev = np.zeros(m)
    for j in range(m):
        for i in range(n):
            mean[j] += data[i, j]
        mean[j] /= n
    for j in range(m):
        for i in range(n):
            stddev[j] += (data[i, j] - mean[j]) ** 2
        stddev[j] = np.sqrt(stddev[j] / n)
        if stddev[j] <= eps:
            stddev[j] = 1.0
    for i in range(n):
        for j in range(m):
            data[i, j] -= mean[j]
            data[i, j] /= np.sqrt(n) * stddev[j]
    corr = np.zeros((m, m))
    for i in range(m - 1):
        corr[i, i] = 1.0
        for j in range(i + 1, m):
            for k in range(n):
                corr[i, j] += data[k, i] * data[k, j]
            corr[j, i] = corr[i, j]
    corr[m - 1, m - 1] = 1.0
    return corr


def loss(data):
    corr = correlation(data)
    return np.sum(np.exp(corr)) + 0.3 * np.sum(data**3)


def arguments(rng, n):
    data = rng.standard_normal((n + 3, n)) + rng.standard_normal(n)
    data[:, 1] = 1.0 + 0.02 * data[:, 1]
    return (data,)
