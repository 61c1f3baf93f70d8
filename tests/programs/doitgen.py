"""A[r, q, :] <- A[r, q, :] C4 for every r and q, by scalar loops through one scratch vector."""

import numpy as np

ANALYTIC = True
WRITES = ("A",)


def doitgen(A, C4):
    nr, nq, np_ = A.shape
    total = np.zeros(np_, dtype=A.dtype)
    for r in range(nr):
        for q in range(nq):
            for p in range(np_):
                total[p] = 0.0
                for s in range(np_):
                    total[p] += A[r, q, s] * C4[s, p]
            for p in range(np_):
                A[r, q, p] = total[p]


def loss(A, C4):
    doitgen(A, C4)
    return np.sum(np.sin(A))


def arguments(rng, n):
    return rng.standard_normal((n - 2, n - 1, n)), rng.standard_normal((n, n)) / np.sqrt(n)
