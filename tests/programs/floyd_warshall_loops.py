"""Shortest paths between all pairs by scalar loops: a distance is overwritten only where a detour is shorter."""

import numpy as np

WRITES = ("d",)


def floyd_warshall(d):
    n = len(d)
    for k in range(n):
        for i in range(n):
            for j in range(n):
                detour = d[i, k] + d[k, j]
                if detour < d[i, j]:
                    d[i, j] = detour


def loss(d, demand):
    floyd_warshall(d)
    return np.sum(demand * d) + np.sum(np.log(1.0 + d))


def arguments(rng, n):
    return rng.uniform(1.0, 10.0, (n, n)), rng.uniform(0.0, 1.0, (n, n))
