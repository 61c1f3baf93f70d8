"""Inverse by Gauss-Jordan elimination in an augmented array, each row an object of the loop; the determinant is kept too."""

import numpy as np

ANALYTIC = True


def invert(A):
    n = A.shape[0]
    work = np.empty((n, 2 * n), dtype=A.dtype)
    work[:, :n] = A
    work[:, n:] = np.eye(n)
    det = 1.0
    for k in range(n):
        pivot = work[k, k]
        det *= pivot
        work[k] /= pivot
        for i, row in enumerate(work):
            if i == k:
                continue
            row -= row[k] * work[k]
    return work[:, n:], det


def loss(A):
    inverse, det = invert(A)
    return np.sum(np.sin(inverse)) + np.log(det) + np.trace(inverse)


def arguments(rng, n):
    return (rng.uniform(-1.0, 1.0, (n, n)) / np.sqrt(n) + 2.0 * np.eye(n),)
