"""Arrays of two lengths: what fits in one call does not in the next."""

import numpy as np


def listed(x, y):
    return np.sum(np.array([x, y]) ** 2)


def stacked(x, y):
    return np.sum(np.stack([x, y]) ** 2)


def side_by_side(x, y):
    return np.sum(np.column_stack([x, y]) * np.vstack([y, x]).T)


def dot(x, y):
    return np.dot(x, y)


def at_sign(x, y):
    return x @ y


def vdot(x, y):
    return np.vdot(x, y)


def spread(x, y):
    return np.sum(np.broadcast_to(x, y.shape) * y)


def stored_whole(x, y):
    z = np.zeros_like(x)
    z[:] = y
    return np.sum(z * x)


def stored_shifted(x, y):
    z = np.zeros_like(x)
    z[2:] = y[:-2]
    return np.sum(z * x)


def stored_row(x, y):
    z = np.zeros((3, len(x)))
    z[1] = y
    z[:, 2] += y[2]
    return np.sum(z * x)


def added_backwards(x, y):
    z = np.zeros(len(x))
    z[::2] = y[::2]
    z[::-1] += y
    return np.sum(z * x)


def on_the_diagonal(x, y):
    z = np.zeros((len(x), len(x)))
    np.fill_diagonal(z, y[: len(x)])
    return np.sum(z @ x)


def window(x, y):
    z = np.zeros(len(x))
    z[len(y) - 3 : len(y)] = y[:3]
    return np.sum(z * x)


def reshaped(x, y):
    z = np.zeros((2, 6))
    z[...] = y.reshape(2, -1)
    return np.sum(z * x[:6])


def masked(x, y):
    z = np.zeros_like(x)
    z[y > 2] = y[y > 2]
    return np.sum(z * x) + np.sum(x[y > 3])


def picked(x, y):
    z = np.zeros_like(x)
    np.add.at(z, np.arange(len(y)), y)
    z[np.arange(len(y))] += x[np.arange(len(y))]
    return np.sum(z * y[:1])


def by_loop(x, y):
    for i in range(len(x)):
        x[i] = y[i] * x[i]
    return np.sum(x)


PROGRAMS = [
    listed, stacked, side_by_side, dot, at_sign, vdot, spread, stored_whole, stored_shifted, stored_row, added_backwards, on_the_diagonal,
    window, reshaped, masked, picked, by_loop,
]  # fmt: skip
X, Y = np.arange(12.0) + 1, np.arange(12.0) + 2
FIRST = [(X, Y), (X, Y[:9]), (X[:3], Y[:3])]
THEN = [(X, Y), (X, Y[:11]), (X[:11], Y), (X, Y[:1]), (X[:1], Y), (X, Y[:9]), (X[:2], Y[:3])]
