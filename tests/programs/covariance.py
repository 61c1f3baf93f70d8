"""Sample covariance of the columns of a table, by scalar loops; the table is centred in place."""

import numpy as np

ANALYTIC = True
WRITES = ("data",)


def covariance(data):
    n, m = data.shape
    mean = np.zeros(m, dtype=data.dtype)
    for j in range(m):
        for i in range(n):
            mean[j] += data[i, j]
        mean[j] /= n
    for i in range(n):
        for j in range(m):
            data[i, j] -= mean[j]
    cov = np.empty((m, m), dtype=data.dtype)
    for i in range(m):
        for j in range(i, m):
            cov[i, j] = 0.0
            for k in range(n):
                cov[i, j] += data[k, i] * data[k, j]
            cov[i, j] /= n - 1.0
            cov[j, i] = cov[i, j]
    return cov


def loss(data):
    cov = covariance(data)
    return np.sum(np.sin(cov))


def arguments(rng, n):
    return (rng.standard_normal((n + 3, n)) + rng.standard_normal(n),)
