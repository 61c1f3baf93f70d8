"""Modified Gram-Schmidt, A = Q R, by scalar loops: the columns of A are used up while Q and R are filled."""

import numpy as np

ANALYTIC = True
WRITES = ("A",)


def gram_schmidt(A, R, Q):
    m, n = A.shape
    for k in range(n):
        nrm = 0.0
        for i in range(m):
            nrm += A[i, k] * A[i, k]
        R[k, k] = np.sqrt(nrm)
        for i in range(m):
            Q[i, k] = A[i, k] / R[k, k]
        for j in range(k + 1, n):
            R[k, j] = 0.0
            for i in range(m):
                R[k, j] += Q[i, k] * A[i, j]
            for i in range(m):
                A[i, j] -= Q[i, k] * R[k, j]


def loss(A):
    R = np.zeros((A.shape[1], A.shape[1]), dtype=A.dtype)
    Q = np.zeros_like(A)
    gram_schmidt(A, R, Q)
    return np.sum(np.sin(Q)) + np.sum(R**2) / len(R) + np.sum(np.cos(R)) + np.sum(np.tanh(A))


def arguments(rng, n):
    return (rng.standard_normal((n + 2, n)) + 2.0 * np.eye(n + 2, n),)
