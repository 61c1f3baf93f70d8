"""C <- alpha A B + beta C with A symmetric and stored below its diagonal, by scalar loops that write rows out of order."""

import numpy as np

ANALYTIC = True
WRITES = ("C",)


def symm(alpha, beta, A, B, C):
    m, n = C.shape
    for i in range(m):
        for j in range(n):
            temp = 0.0
            for k in range(i):
                C[k, j] += alpha * B[i, j] * A[i, k]
                temp += B[k, j] * A[i, k]
            C[i, j] = beta * C[i, j] + alpha * B[i, j] * A[i, i] + alpha * temp


def loss(alpha, beta, A, B, C):
    symm(alpha, beta, A, B, C)
    return np.sum(np.tanh(C))


def arguments(rng, n):
    A = rng.standard_normal((n, n)) / np.sqrt(n)
    return 1.5, 0.8, A, rng.standard_normal((n, n - 1)), rng.standard_normal((n, n - 1))
