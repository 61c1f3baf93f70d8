"""Functions of NumPy that write into an array at places that they work out."""

import numpy as np

from language.corpus import Program


def putmask(x):
    a = x * 2
    np.putmask(a, a < 0, x * x)
    return np.sum(a * x)


def putmask_short(x):
    a = x * 2
    np.putmask(a, a < 5, [x[0], x[1] ** 2])
    return np.sum(a * x)


def place(x):
    a = x * 2
    np.place(a, a > 0, [x[0], x[1] ** 2])
    return np.sum(a * x)


def put(x):
    a = x * 2
    np.put(a, [0, 2], [x[1] ** 2, x[3]])
    return np.sum(a * x)


def put_2d(m):
    a = m * 2
    a.put([1, 5], [m[0, 0] ** 2, 3.0])
    return np.sum(a * m)


def put_along_axis(m):
    a = m * 2
    i = np.argmax(m, axis=1)[:, None]
    np.put_along_axis(a, i, m[:, :1] ** 2, axis=1)
    return np.sum(a * m)


def fill_diagonal(x):
    a = np.outer(x, x)
    np.fill_diagonal(a, x**3)
    return np.sum(a @ a)


def fill_diagonal_scalar(x):
    a = np.outer(x, x)
    np.fill_diagonal(a, 0.0)
    return np.sum(a @ a)


def multiply_at(x):
    a = np.ones(2) * x[0]
    np.multiply.at(a, [0, 1, 0], x[:3])
    return np.sum(a**2)


def maximum_at(x):
    a = np.zeros(2)
    np.maximum.at(a, [0, 1, 0, 1], x)
    return np.sum(a**2)


def minimum_at(x):
    a = np.zeros(2)
    np.minimum.at(a, np.array([0, 1, 0, 1]), x)
    return np.sum(a**2)


def divide_at(x):
    a = np.ones(2) * x[0]
    np.divide.at(a, [0, 1, 0], x[:3])
    return np.sum(a**2)


def copyto_where(x):
    a = x * 2
    np.copyto(a, x * x, where=x > 0)
    return np.sum(a * x)


def copyto_scalar(x):
    a = np.zeros(4)
    np.copyto(a, x[0])
    return np.sum(a * x)


def sort_in_place(x):
    a = x * 2
    a.sort()
    return a[0] + 2 * a[1] + 3 * a[2] ** 2


def sort_axis(m):
    a = m * 2
    a.sort(axis=0)
    return np.sum(a * np.arange(6.0).reshape(2, 3))


def sort_alias(x):
    a = x * 2
    b = a[1:]
    b.sort()
    return a[0] + 2 * a[1] + 3 * a[2] ** 2


def partition_in_place(x):
    a = x * 2
    a.partition(1)
    return a[1] ** 2


def subtract_at(x):
    a = np.ones(2) * x[0]
    np.subtract.at(a, [0, 1, 0], x[:3])
    return np.sum(a**2)


X = np.array([0.7, 1.3, -2.1, 0.4])
M = np.array([[0.7, 1.3, -0.2], [0.5, -0.9, 1.1]])

PROGRAMS = [
    Program(putmask, (X,)),
    Program(putmask_short, (X,)),
    Program(place, (X,)),
    Program(put, (X,)),
    Program(put_2d, (M,)),
    Program(put_along_axis, (M,)),
    Program(fill_diagonal, (X,)),
    Program(fill_diagonal_scalar, (X,)),
    Program(multiply_at, (X,)),
    Program(maximum_at, (X,)),
    Program(minimum_at, (X,)),
    Program(divide_at, (X,)),
    Program(copyto_where, (X,)),
    Program(copyto_scalar, (X,)),
    Program(sort_in_place, (X,)),
    Program(sort_axis, (M,)),
    Program(sort_alias, (X,)),
    Program(partition_in_place, (X,)),
    Program(subtract_at, (X,)),
]
