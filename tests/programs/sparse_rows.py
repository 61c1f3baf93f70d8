"""Sparse matrices in compressed rows: bounds of the inner loop are read from an array, some rows are empty.

A few sweeps of successive over-relaxation, and a product with the transpose that scatters.
"""

import numpy as np


def spmv(indptr, indices, data, x):
    y = np.zeros(len(indptr) - 1)
    for i in range(len(indptr) - 1):
        for p in range(indptr[i], indptr[i + 1]):
            y[i] += data[p] * x[indices[p]]
    return y


def spmv_transposed(indptr, indices, data, x):
    y = np.zeros(len(x))
    for i in range(len(indptr) - 1):
        if indptr[i] == indptr[i + 1]:
            continue
        row = slice(indptr[i], indptr[i + 1])
        y[indices[row]] += data[row] * x[i]
    return y


def sor(indptr, indices, data, diagonal, b, x, omega, sweeps):
    n = len(b)
    for sweep in range(sweeps):
        order = range(n) if sweep % 2 == 0 else range(n - 1, -1, -1)
        for i in order:
            s = b[i]
            for p in range(indptr[i], indptr[i + 1]):
                s -= data[p] * x[indices[p]]
            x[i] = (1 - omega) * x[i] + omega * s / diagonal[i]


def loss(indptr, indices, data, diagonal, b, omega, sweeps):
    x = np.zeros(len(b))
    sor(indptr, indices, data, diagonal, b, x, omega, sweeps)
    r = b - spmv(indptr, indices, data, x) - diagonal * x
    g = spmv_transposed(indptr, indices, data, r)
    return np.sum(x**2) + np.sum(r**2) + np.dot(g, x)


def arguments(rng, n):
    rows = []
    for i in range(n):
        others = np.delete(np.arange(n), i)
        # every third row has nothing beside its diagonal
        rows.append(np.sort(rng.permutation(others)[: 0 if i % 3 == 1 else 2]))
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    indices = np.concatenate(rows).astype(int)
    return indptr, indices, rng.normal(size=len(indices)), rng.uniform(3, 4, n), rng.normal(size=n), 1.1, 3
