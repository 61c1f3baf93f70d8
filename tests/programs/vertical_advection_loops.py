"""Vertical advection of momentum into a tendency field: Thomas algorithm column by column, by scalar loops.

The coefficients of all columns are kept in 3-D arrays that are not initialised; the update is stored as a tendency.
"""

import numpy as np

WRITES = ("tendency",)


def vadv(tendency, u, wcon, dtr, beta):
    ni, nj, nk = u.shape
    ccol = np.ndarray((ni, nj, nk))
    dcol = np.ndarray((ni, nj, nk))
    datacol = np.ndarray((ni, nj))
    for i in range(ni):
        for j in range(nj):
            gcv = 0.25 * (wcon[i + 1, j, 1] + wcon[i, j, 1])
            cs = gcv * (1.0 - beta)
            ccol[i, j, 0] = gcv * beta
            bcol = dtr - ccol[i, j, 0]
            correction = -cs * (u[i, j, 1] - u[i, j, 0])
            dcol[i, j, 0] = dtr * u[i, j, 0] + tendency[i, j, 0] + correction
            ccol[i, j, 0] /= bcol
            dcol[i, j, 0] /= bcol
    for i in range(ni):
        for j in range(nj):
            for k in range(1, nk):
                gav = -0.25 * (wcon[i + 1, j, k] + wcon[i, j, k])
                acol = gav * beta
                correction = -gav * (1.0 - beta) * (u[i, j, k - 1] - u[i, j, k])
                if k < nk - 1:
                    gcv = 0.25 * (wcon[i + 1, j, k + 1] + wcon[i, j, k + 1])
                    ccol[i, j, k] = gcv * beta
                    correction -= gcv * (1.0 - beta) * (u[i, j, k + 1] - u[i, j, k])
                else:
                    ccol[i, j, k] = 0.0
                bcol = dtr - acol - ccol[i, j, k]
                divided = 1.0 / (bcol - ccol[i, j, k - 1] * acol)
                ccol[i, j, k] *= divided
                dcol[i, j, k] = (dtr * u[i, j, k] + tendency[i, j, k] + correction - dcol[i, j, k - 1] * acol) * divided
    for k in range(nk - 1, -1, -1):
        for i in range(ni):
            for j in range(nj):
                if k == nk - 1:
                    datacol[i, j] = dcol[i, j, k]
                else:
                    datacol[i, j] = dcol[i, j, k] - ccol[i, j, k] * datacol[i, j]
                tendency[i, j, k] = dtr * (datacol[i, j] - u[i, j, k])


def loss(tendency, u, wcon, dtr, beta):
    vadv(tendency, u, wcon, dtr, beta)
    return np.sum(tendency**2) + np.sum(np.sin(tendency))


def arguments(rng, n):
    shape = (n - 3, n - 2, n)
    wcon = rng.standard_normal((n - 2, n - 2, n))
    return rng.standard_normal(shape), rng.standard_normal(shape), wcon, 1.8, 0.6
