"""Preconditioned conjugate gradients on a sparse matrix in CSR form, all by scalar loops."""

import numpy as np

ANALYTIC = True
WRITES = ("x",)


def spmv(data, indices, indptr, x, y):
    for i in range(len(indptr) - 1):
        y[i] = 0.0
        for k in range(indptr[i], indptr[i + 1]):
            y[i] += data[k] * x[indices[k]]


def dot(x, y):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * y[i]
    return s


def pcg(data, indices, indptr, x, b, iterations):
    n = len(b)
    r, z, p, q, diagonal = (np.zeros(n, dtype=b.dtype) for _ in range(5))
    for i in range(n):
        for k in range(indptr[i], indptr[i + 1]):
            if indices[k] == i:
                diagonal[i] = data[k]
    spmv(data, indices, indptr, x, q)
    for i in range(n):
        r[i] = b[i] - q[i]
        z[i] = r[i] / diagonal[i]
        p[i] = z[i]
    rho = dot(r, z)
    for it in range(iterations):
        spmv(data, indices, indptr, p, q)
        alpha = rho / dot(p, q)
        for i in range(n):
            x[i] += alpha * p[i]
            r[i] -= alpha * q[i]
            z[i] = r[i] / diagonal[i]
        rho_new = dot(r, z)
        beta = rho_new / rho
        for i in range(n):
            p[i] = z[i] + beta * p[i]
        rho = rho_new


def loss(data, indices, indptr, x, b, iterations):
    pcg(data, indices, indptr, x, b, iterations)
    return np.sum(x**2) + np.sum(np.sin(x))


def arguments(rng, n):
    A = np.diag(rng.uniform(3.0, 4.0, n))
    i = np.arange(n - 1)
    A[i, i + 1] = A[i + 1, i] = -rng.uniform(0.5, 1.0, n - 1)
    rows, columns = np.nonzero(A)
    indptr = np.searchsorted(rows, np.arange(n + 1))
    return A[rows, columns], columns, indptr, rng.standard_normal(n), rng.standard_normal(n), 2
