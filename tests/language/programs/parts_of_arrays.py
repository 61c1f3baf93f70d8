"""A name that a loop moves to a part of the array that it was: ever smaller slices, read and written through."""

import numpy as np

from language.corpus import Program

X = np.array([0.7, 1.3, 2.1, 0.4, 0.9, 1.7])
M = np.array([[3.9, 0.2, 1.1], [0.5, 4.4, 0.3], [0.8, 0.6, 5.1]])


def every_other(x):
    y = x.copy()
    v = y
    while len(v) > 1:
        v[1:] = v[1:] * v[:-1]
        v = v[::2]
    v[0] *= 3.0
    return np.sum(y * y)


def without_the_ends(x):
    y = x.copy()
    v = y
    while len(v) > 2:
        v[0] = v[0] * v[-1] + y[1]
        v = v[1:-1]
    return np.sum(y * x) + v[0]


def corners(m):
    a = m.copy()
    b = a
    while b.shape[0] > 1:
        b[1:, 0] /= b[0, 0]
        b[1:, 1:] -= np.outer(b[1:, 0], b[0, 1:])
        b = b[1:, 1:]
    return np.sum(np.log(np.diag(a))) + a[2, 0] * a[0, 2]


def rows(m):
    a = m.copy()
    b = a
    while len(b) > 1:
        b[0] = b[0] * b[1] + a[-1]
        b = b[1:]
    return np.sum(a * m)


def parts_of_rows(m):
    a = m.copy()
    r = a
    while len(r) > 1:
        w = r[0]
        while len(w) > 1:
            w[1:] *= w[:-1]
            w = w[1:]
        r = r[1:]
    return np.sum(a * m)


def two_names(x):
    y = x.copy()
    low = high = y
    for _ in range(3):
        low, high = low[:-1], high[1:]
        low[0] += high[-1] * high[0]
        high[1] *= low[-1]
    return np.sum(y * y) + low[0] * high[0]


def backwards_each_time(x):
    y = x.copy()
    v = y[1:]
    for _ in range(3):
        v[0] = v[1] * v[2] + y[0]
        v = v[::-1]
    return np.sum(y * x) + v[0]


def by_a_step_that_is_computed(x):
    y = x.copy()
    v = y
    s = 1
    while s < len(y):
        v = y[::s]
        v[1:] += v[:-1] * x[0]
        s *= 2
    return np.sum(y * x) + v[0]


def one_of_two_parts(x):
    y = x.copy()
    v = y
    for k in range(3):
        v[0] = v[1] * x[k]
        v = v[1:] if k < 2 else v[::2]
    return np.sum(y * x)


def some_trips(x, n):
    y = x.copy()
    v = y
    for _ in range(n):
        v = v[1:]
    v[0] = 7.0 * v[1]
    return np.sum(y * x)


PROGRAMS = [
    Program(every_other, (X,)),
    Program(without_the_ends, (X,)),
    Program(corners, (M,)),
    Program(rows, (M,)),
    Program(parts_of_rows, (M,)),
    Program(two_names, (X,)),
    Program(backwards_each_time, (X,)),
    Program(by_a_step_that_is_computed, (X,)),
    Program(one_of_two_parts, (X,)),
    Program(some_trips, (X, 0), name="none"),
    Program(some_trips, (X, 2)),
]
