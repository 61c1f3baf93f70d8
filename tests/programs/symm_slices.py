"""C <- alpha A B + beta C with A symmetric and stored below its diagonal: columns updated by slices, a scratch row kept."""

import numpy as np

ANALYTIC = True
WRITES = ("C",)


def symm(alpha, beta, A, B, C):
    temp2 = np.empty(C.shape[1], dtype=C.dtype)
    C *= beta
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            C[:i, j] += alpha * B[i, j] * A[i, :i]
            temp2[j] = B[:i, j] @ A[i, :i]
        C[i, :] += alpha * B[i, :] * A[i, i] + alpha * temp2


def loss(alpha, beta, A, B, C):
    symm(alpha, beta, A, B, C)
    return 0.5 * np.sum(C**2)


def arguments(rng, n):
    A = rng.standard_normal((n, n)) / np.sqrt(n)
    return 1.1, 0.6, A, rng.standard_normal((n, n)), rng.standard_normal((n, n))
