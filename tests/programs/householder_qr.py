"""Householder QR in place, reflectors applied to slices of the matrix; least squares and its residual."""

import numpy as np


def householder(A, b):
    for k in range(A.shape[1]):
        x = A[k:, k]
        v = x.copy()
        alpha = -np.copysign(np.sqrt(np.dot(x, x)), x[0])
        v[0] -= alpha
        v /= np.sqrt(np.dot(v, v))
        block = A[k:, k:]
        block -= 2.0 * np.outer(v, v @ block)
        b[k:] -= 2.0 * np.dot(v, b[k:]) * v


def back_substitute(R, b):
    n = R.shape[1]
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = (b[i] - np.dot(R[i, i + 1 :], x[i + 1 :])) / R[i, i]
    return x


def loss(A, b, ridge):
    m, n = A.shape
    R = np.zeros((m + n, n))
    R[:m] = A
    np.fill_diagonal(R[m:], ridge)
    rhs = np.zeros(m + n)
    rhs[:m] = b
    householder(R, rhs)
    x = back_substitute(R, rhs)
    return np.sum(rhs[n:] ** 2) + 0.5 * np.sum(np.abs(x) ** 3)


def arguments(rng, n):
    A = rng.normal(size=(n + 2, n - 1))
    A[: n - 1] += 1.5 * np.eye(n - 1)
    return A, rng.normal(size=n + 2), 0.3
