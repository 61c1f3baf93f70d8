"""G = (A B)(C D) by scalar loops; one function fills the matrix that it is given and is called three times."""

import numpy as np

ANALYTIC = True


def matmul(X, Y, Z):
    for i in range(Z.shape[0]):
        for j in range(Z.shape[1]):
            s = 0.0
            for k in range(X.shape[1]):
                s += X[i, k] * Y[k, j]
            Z[i, j] = s


def three_mm(A, B, C, D):
    E = np.zeros((A.shape[0], B.shape[1]), dtype=A.dtype)
    F = np.zeros((C.shape[0], D.shape[1]), dtype=C.dtype)
    G = np.zeros((E.shape[0], F.shape[1]), dtype=A.dtype)
    matmul(A, B, E)
    matmul(C, D, F)
    matmul(E, F, G)
    return E, F, G


def loss(A, B, C, D):
    E, F, G = three_mm(A, B, C, D)
    return np.sum(np.cos(G)) + 0.1 * np.sum(E * E) + 0.1 * np.sum(F * F)


def arguments(rng, n):
    A = rng.standard_normal((n, n + 1)) / np.sqrt(n)
    B = rng.standard_normal((n + 1, n - 1))
    C = rng.standard_normal((n - 1, n + 2)) / np.sqrt(n)
    D = rng.standard_normal((n + 2, n))
    return A, B, C, D
