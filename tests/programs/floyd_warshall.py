"""Shortest paths between all pairs: the table of distances is relaxed in place, one intermediate node at a time."""

import numpy as np

WRITES = ("path",)


def floyd_warshall(path):
    for k in range(path.shape[0]):
        path[:] = np.minimum(path[:], np.add.outer(path[:, k], path[k, :]))


def loss(path):
    floyd_warshall(path)
    return np.sum(np.sqrt(1.0 + path**2))


def arguments(rng, n):
    path = rng.uniform(1.0, 10.0, (n, n))
    np.fill_diagonal(path, 0.3)
    return (path,)
