"""G = (A B)(C D) with np.dot(..., out=) into matrices made by np.ndarray(shape)."""

import numpy as np


def three_mm(A, B, C, D, G):
    E = np.ndarray((A.shape[0], B.shape[1]))
    F = np.ndarray((C.shape[0], D.shape[1]))
    np.dot(A, B, out=E)
    np.dot(C, D, out=F)
    np.dot(E, F, out=G)


def loss(A, B, C, D, scale):
    G = np.empty((A.shape[0], D.shape[1]))
    three_mm(A, B, C, D, G)
    G /= scale
    return np.sum(G**2) + np.trace(G)


def arguments(rng, n):
    A = rng.standard_normal((n, n))
    B = rng.standard_normal((n, n + 1)) / np.sqrt(n)
    C = rng.standard_normal((n + 1, n)) / np.sqrt(n)
    D = rng.standard_normal((n, n))
    return A, B, C, D, 2.5
