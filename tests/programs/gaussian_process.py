"""Log-likelihood of a Gaussian process: the kernel matrix filled by loops, Cholesky and triangular solves by hand."""

import numpy as np


def fill_kernel(K, X, length_scale, signal, noise):
    n = X.shape[0]
    for i in range(n):
        for j in range(i + 1):
            r = (X[i] - X[j]) / length_scale
            K[i, j] = signal**2 * np.exp(-0.5 * np.sum(r * r))
            K[j, i] = K[i, j]
        K[i, i] += noise**2


def cholesky_in_place(A):
    """The lower triangle of A becomes its Cholesky factor; what is above stays."""
    n = A.shape[0]
    for j in range(n):
        A[j, j] = np.sqrt(A[j, j] - np.dot(A[j, :j], A[j, :j]))
        for i in range(j + 1, n):
            A[i, j] = (A[i, j] - np.dot(A[i, :j], A[j, :j])) / A[j, j]


def solve_lower(L, b):
    x = b.copy()
    for i in range(len(x)):
        x[i] -= L[i, :i] @ x[:i]
        x[i] /= L[i, i]
    return x


def log_likelihood(X, y, length_scale, signal, noise):
    n = len(y)
    K = np.empty((n, n))
    fill_kernel(K, X, length_scale, signal, noise)
    cholesky_in_place(K)
    z = solve_lower(K, y)
    log_det = 0.0
    for i in range(n):
        log_det += np.log(K[i, i])
    return -0.5 * (z @ z) - log_det - 0.5 * n * np.log(2 * np.pi)


def loss(X, y, length_scale, signal, noise):
    return -log_likelihood(X, y, length_scale, signal, noise)


def arguments(rng, n):
    X = rng.uniform(0, 2, size=(n, 2))
    return X, rng.normal(size=n), np.array([0.7, 1.1]), 1.2, 0.4
