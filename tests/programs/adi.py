"""Alternating directions for the heat equation: tridiagonal recurrences along columns, then rows, by scalar loops.

The unknowns along a line are eliminated as x[j] = p[j] x[j + 1] + q[j]; the sides are held at one.
"""

import numpy as np

ANALYTIC = True
WRITES = ("u",)


def adi(tsteps, r, u):
    n = len(u)
    v = np.zeros_like(u)
    p = np.zeros_like(u)
    q = np.zeros_like(u)
    for t in range(tsteps):
        # Columns: implicit in i, explicit in j.
        for j in range(1, n - 1):
            v[0, j] = 1.0
            p[j, 0] = 0.0
            q[j, 0] = v[0, j]
            for i in range(1, n - 1):
                rhs = 0.5 * r * u[i, j - 1] + (1.0 - r) * u[i, j] + 0.5 * r * u[i, j + 1]
                pivot = 1.0 + r - 0.5 * r * p[j, i - 1]
                p[j, i] = 0.5 * r / pivot
                q[j, i] = (rhs + 0.5 * r * q[j, i - 1]) / pivot
            v[n - 1, j] = 1.0
            for i in range(n - 2, 0, -1):
                v[i, j] = p[j, i] * v[i + 1, j] + q[j, i]
        # Rows: implicit in j, explicit in i.
        for i in range(1, n - 1):
            u[i, 0] = 1.0
            p[i, 0] = 0.0
            q[i, 0] = u[i, 0]
            for j in range(1, n - 1):
                above = v[i - 1, j] if i > 1 else 1.0
                below = v[i + 1, j] if i < n - 2 else 1.0
                rhs = 0.5 * r * above + (1.0 - r) * v[i, j] + 0.5 * r * below
                pivot = 1.0 + r - 0.5 * r * p[i, j - 1]
                p[i, j] = 0.5 * r / pivot
                q[i, j] = (rhs + 0.5 * r * q[i, j - 1]) / pivot
            u[i, n - 1] = 1.0
            for j in range(n - 2, 0, -1):
                u[i, j] = p[i, j] * u[i, j + 1] + q[i, j]


def loss(tsteps, r, u):
    adi(tsteps, r, u)
    return np.sum(np.sin(u))


def arguments(rng, n):
    return 2, 0.6, rng.standard_normal((n, n))
