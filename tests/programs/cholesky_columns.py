"""Cholesky factorisation by columns (right-looking): scale a column, then a rank-1 update of what is left.

The argument is copied first, and a normal log-likelihood is computed with the factor.
"""

import numpy as np

ANALYTIC = True


def cholesky(A):
    L = A.copy()
    n = L.shape[0]
    for j in range(n):
        L[j, j] **= 0.5
        L[j + 1 :, j] /= L[j, j]
        L[j + 1 :, j + 1 :] -= np.outer(L[j + 1 :, j], L[j + 1 :, j])
        L[j, j + 1 :] = 0.0
    return L


def loss(A, x):
    L = cholesky(A)
    z = x.copy()
    logdet = 0.0
    for i in range(len(z)):
        z[i] = (z[i] - L[i, :i] @ z[:i]) / L[i, i]
        logdet += np.log(L[i, i])
    return 0.5 * (z @ z) + logdet


def arguments(rng, n):
    M = rng.standard_normal((n, n))
    return M @ M.T / n + 2.0 * np.eye(n), rng.standard_normal(n)
