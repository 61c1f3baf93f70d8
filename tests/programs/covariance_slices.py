"""Sample covariance of the columns of a table, with slices; both triangles are stored by one chained assignment."""

import numpy as np

ANALYTIC = True
WRITES = ("data",)


def covariance(data):
    n, m = data.shape
    data -= np.mean(data, axis=0)
    cov = np.zeros((m, m), dtype=data.dtype)
    for i in range(m):
        cov[i:, i] = cov[i, i:] = data[:, i] @ data[:, i:] / (n - 1)
    return cov


def loss(data):
    cov = covariance(data)
    return np.sum(np.log1p(cov**2)) + np.trace(cov)


def arguments(rng, n):
    return (rng.standard_normal((n + 2, n)) @ rng.uniform(0.0, 1.0, (n, n)) / np.sqrt(n),)
