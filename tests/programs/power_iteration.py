"""Dominant eigenvalue by power iteration until it settles, then the next one after deflating the matrix in place."""

import numpy as np

WRITES = ("A",)


def dominant(A, v, tol=1e-13):
    w = np.empty_like(v)
    change = np.inf
    while change > tol:
        np.matmul(A, v, out=w)
        eigenvalue = np.sqrt(w @ w)
        w /= eigenvalue
        change = np.max(np.abs(w - v))
        np.copyto(v, w)
    return eigenvalue


def loss(A, count):
    n = A.shape[0]
    total = 0.0
    for k in range(count):
        v = np.ones(n)
        eigenvalue = dominant(A, v)
        A -= eigenvalue * np.outer(v, v)
        total += np.log(eigenvalue) + 0.1 * np.sum(v**3)
    return total


def arguments(rng, n):
    Q = np.linalg.qr(rng.standard_normal((n, n)))[0]
    return Q @ np.diag(3.0 ** -np.arange(n)) @ Q.T * 4.0, 2
