"""Double centring and whitening of data: loops over rows that change them, `for row in a: row -= row.mean()`."""

import numpy as np

ANALYTIC = True
WRITES = ("a",)


def centre_rows(a):
    for row in a:
        row -= row.mean()


def standardise_columns(a):
    for j in range(a.shape[1]):
        col = a[:, j]
        col -= np.mean(col)
        col /= np.sqrt(np.mean(col**2) + 1e-3)


def gram_schmidt(rows):
    """Modified Gram-Schmidt over the rows, in place."""
    for i in range(len(rows)):
        q = rows[i]
        for p in rows[:i]:
            q -= (q @ p) * p
        q /= np.sqrt(q @ q)


def loss(a, w):
    centre_rows(a)
    standardise_columns(a)
    basis = a[:2] * w
    gram_schmidt(basis)
    score = a @ basis.T
    return np.sum(score**2) / len(a) + basis[0, 0] * basis[1, -1]


def arguments(rng, n):
    return rng.normal(size=(n, n + 1)), rng.uniform(0.5, 1.5, size=n + 1)
