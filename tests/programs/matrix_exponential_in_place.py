"""Matrix exponential by scaling, a Taylor sum of terms that are multiplied in place, and repeated squaring with `@=`."""

import numpy as np

ANALYTIC = True


def expm(A, t, terms=10, squarings=4):
    n = A.shape[0]
    X = t * A / 2**squarings
    term = np.eye(n, dtype=A.dtype)
    E = np.eye(n, dtype=A.dtype)
    for k in range(1, terms + 1):
        term @= X
        term /= k
        E += term
    for _ in range(squarings):
        E @= E
    return E


def loss(A, t, x0):
    x = x0.copy()
    total = 0.0
    E = expm(A, t)
    for step in range(3):
        x[:] = E @ x
        total += np.sum(np.sin(x))
    return total + 0.1 * np.trace(E)


def arguments(rng, n):
    return rng.standard_normal((n, n)) / n - 0.5 * np.eye(n), 0.7, rng.standard_normal(n)
