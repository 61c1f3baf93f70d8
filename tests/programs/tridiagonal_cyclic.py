"""Many periodic tridiagonal systems at once (Sherman-Morrison), rows of 2-D arrays bound to names and written through."""

import numpy as np

ANALYTIC = True
WRITES = ("rhs",)


def eliminate(lower, diag, upper, rhs):
    n = len(rhs)
    work = np.empty_like(diag)
    work[0] = diag[0]
    for i in range(1, n):
        factor = lower[i] / work[i - 1]
        work[i] = diag[i] - factor * upper[i - 1]
        row = rhs[i]
        row -= factor * rhs[i - 1]
    rhs[-1] /= work[-1]
    for i in range(n - 2, -1, -1):
        row = rhs[i]
        row -= upper[i] * rhs[i + 1]
        row /= work[i]


def cyclic(lower, diag, upper, rhs):
    """The corners are lower[0] and upper[-1]; the solution replaces rhs."""
    gamma = -diag[0]
    d = diag.copy()
    d[0] -= gamma
    d[-1] -= lower[0] * upper[-1] / gamma
    z = np.zeros_like(rhs)
    z[0] = gamma
    z[-1] = upper[-1]
    eliminate(lower, d, upper, rhs)
    eliminate(lower, d, upper, z)
    factor = (rhs[0] + lower[0] * rhs[-1] / gamma) / (1.0 + z[0] + lower[0] * z[-1] / gamma)
    rhs -= factor * z


def loss(lower, diag, upper, rhs):
    cyclic(lower, diag, upper, rhs)
    return np.sum(np.cos(rhs)) + np.sum(rhs**2)


def arguments(rng, n):
    shape = (n, 3)
    lower, upper = (rng.uniform(-1.0, 1.0, shape) for _ in range(2))
    return lower, rng.uniform(3.0, 4.0, shape), upper, rng.standard_normal(shape)
