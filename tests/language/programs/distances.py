"""Values that cannot be negative and are 0 in places: distances of points to themselves, variances cut off at 0."""

import math

import numpy as np

from language.corpus import Program


def pairwise(X):
    return np.sqrt(((X[:, None] - X[None]) ** 2).sum(-1))


def stress(X, target):
    # the diagonal is 0 and stays 0
    return np.sum((pairwise(X) - target) ** 2)


def read_above_the_diagonal(X):
    i, j = np.triu_indices(len(X), 1)
    return np.sum(1.0 / pairwise(X)[i, j])


def with_another_diagonal(X):
    D = pairwise(X)
    np.fill_diagonal(D, 1.0)
    return np.sum(np.log(D) + 1.0 / D)


def masked_in_place(X, mass):
    x, y = X[:, 0:1], X[:, 1:2]
    inv_r = np.sqrt((x.T - x) ** 2 + (y.T - y) ** 2)
    inv_r[inv_r > 0] = 1.0 / inv_r[inv_r > 0]
    return np.sum(np.triu(-(mass * mass.T) * inv_r, 1))


def infinite_and_then_replaced(X):
    D = pairwise(X)
    with np.errstate(divide="ignore"):
        inverse = 1.0 / D
    inverse[np.isinf(inverse)] = 0.0
    return np.sum(inverse)


def filled_entry_by_entry(X):
    n = len(X)
    D = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            r2 = 0.0
            for k in range(X.shape[1]):
                d = X[i, k] - X[j, k]
                r2 += d * d
            D[i, j] = math.sqrt(r2)
    return D.sum()


def skipped_where_it_is_zero(X):
    total = 0.0
    for p in X:
        for q in X:
            r = np.sqrt((p - q) @ (p - q))
            if r == 0.0:
                continue
            total += np.exp(-r) / r
    return total


def divided_where_it_is_not_zero(X):
    d = X[:, None] - X
    r2 = (d**2).sum(-1)
    force = np.divide(d, r2[..., None], out=np.zeros_like(d), where=r2[..., None] != 0)
    return np.sum(force**2)


def variance_cut_off(v, kappa, z):
    """Full truncation: below 0 the variance does not diffuse."""
    total = 0.0
    for shock in z:
        cut = max(v, 0.0)
        v = v + kappa * (0.04 - cut) + math.sqrt(cut * 0.1) * shock
        total += v * v
    return total


def paths_cut_off(v, xi, z):
    for t in range(len(z)):
        plus = np.maximum(v, 0.0)
        v = v + 0.5 * (0.04 - plus) + xi * np.sqrt(plus * 0.1) * z[t]
    return v.sum()


def chosen_by_hand(v, z):
    for shock in z:
        plus = v if v > 0 else 0.0
        v = v + plus**0.5 * shock
    return v


RNG = np.random.default_rng(7)
POINTS = RNG.normal(size=(4, 2))
MASS = np.array([[1.0], [0.5], [2.0], [1.5]])
SHOCKS = np.array([0.5, -2.0, -0.7, 0.3, 1.0])
# of order 1 where the second derivative would pass through infinite entries once more
PROGRAMS = [
    Program(stress, (POINTS, np.abs(np.subtract.outer(np.arange(4.0), np.arange(4.0))))),
    Program(read_above_the_diagonal, (POINTS,)),
    Program(with_another_diagonal, (POINTS,)),
    Program(masked_in_place, (POINTS, MASS)),
    Program(infinite_and_then_replaced, (POINTS,), order=1),
    Program(filled_entry_by_entry, (POINTS,)),
    Program(skipped_where_it_is_zero, (POINTS,)),
    Program(divided_where_it_is_not_zero, (POINTS,), order=1),
    Program(variance_cut_off, (0.04, 0.5, SHOCKS)),
    Program(paths_cut_off, (np.array([0.04, 0.1]), 0.9, RNG.normal(size=(5, 2)))),
    Program(chosen_by_hand, (0.04, SHOCKS)),
]
