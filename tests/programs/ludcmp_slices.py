"""Solve A x = b with slices: three functions that change their arguments, called one after the other by a fourth."""

import numpy as np

ANALYTIC = True
WRITES = ("A", "b")


def factor(A):
    for k in range(len(A) - 1):
        A[k + 1 :, k] /= A[k, k]
        A[k + 1 :, k + 1 :] -= np.outer(A[k + 1 :, k], A[k, k + 1 :])


def forward(A, b):
    for i in range(1, len(b)):
        b[i] -= A[i, :i] @ b[:i]


def backward(A, b):
    for i in reversed(range(len(b))):
        b[i] -= np.dot(A[i, i + 1 :], b[i + 1 :])
        b[i] /= A[i, i]


def solve(A, b):
    factor(A)
    forward(A, b)
    backward(A, b)


def loss(A, b):
    solve(A, b)
    return np.sum(np.tanh(b))


def arguments(rng, n):
    return rng.uniform(-1.0, 1.0, (n, n)) / np.sqrt(n) + 1.5 * np.eye(n), rng.standard_normal(n)
