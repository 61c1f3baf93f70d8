"""Reshapes, pieces and other views of arrays whose layout is known, written and read through; and what is a copy."""

import numpy as np

from language.corpus import Program

X = np.array([0.7, 1.3, 2.1, 0.4, 0.9, 1.7])
M = np.array([[3.9, 0.2, 1.1], [0.5, 4.4, 0.3], [0.8, 0.6, 5.1]])


# ------------------------------------------------------------------------------------------------------------- reshapes
def of_a_result(m):
    a = m * 2.0
    v = a.reshape(-1)
    v[1] = v[0] * v[2]
    a[2, 2] = v[1]
    return np.sum(a * m) + v[8]


def of_a_result_of_transposes(m):
    a = m.T * 2.0
    v = a.reshape(-1)
    v[1] = v[0] * v[2]
    a[2, 2] = 5 * m[0, 0]
    return np.sum(a * m) + v[8]


def of_copies(m):
    a, b = m.T.copy(), np.copy(m.T)
    v, w = a.reshape(-1), b.reshape(-1)
    v[1] = v[0] * v[2]
    w[1] = w[0] * w[2]
    return np.sum(a * m) + np.sum(b * m) + v[1] + w[1]


def of_an_argument(m):
    v = m.ravel()
    v[1] = v[0] * v[2]
    m[2, 2] = 5 * v[1]
    return np.sum(m * m) + v[8]


def of_a_transpose(m):
    a = m.copy()
    v = a.T.reshape(-1)
    v[1] = 5 * m[1, 1]
    a[0, 0] = m[2, 2]
    return np.sum(v * v) + a[0, 0] * a[1, 0]


def of_rows(m):
    a = m.copy()
    v = a[1:].reshape(-1)
    v[0] = 5 * m[1, 1]
    a[2, 2] = 4 * v[1]
    return np.sum(v * v) + a[1, 0] * a[2, 2]


def of_products_and_choices(m):
    a, b, c = m @ m, np.where(m > 1, m, 0.5 * m), np.outer(m[0], m[1])
    for one in (a, b, c):
        v = one.reshape(-1)
        v[0] = m[0, 0] * 3
        one[0, 1] = v[0] * m[1, 1]
    return np.sum(a * m) + np.sum(b * c)


def made_like_a_transpose(m):
    a = np.empty_like(m.T)
    a[:] = m * 2.0
    b = a + 1.0
    v = b.reshape(-1)
    v[0] = 9.0 * m[0, 0]
    return np.sum(b * m) + v[0] * v[1]


def halves_and_strides(x):
    n = len(x)
    y = x.copy()
    z = np.empty_like(y)
    half, stride = n, 1
    while half > 1:
        half //= 2
        a = y.reshape(2, half, stride)
        b = z.reshape(half, 2, stride)
        for p in range(half):
            b[p, 0] = a[0, p] + a[1, p] ** 2
            b[p, 1] = (a[0, p] - a[1, p]) * np.cos(np.pi * p / (half + 1))
        y, z = z, y
        stride *= 2
    return np.sum(y * y * x)


# --------------------------------------------------------------------------------------------------------------- pieces
def split_in_two(x):
    y = x.copy()
    p, q = np.split(y, 2)
    p[0] = x[1] * q[0]
    q[1] = p[0] * p[1]
    return np.sum(y * y)


def split_at_places(x):
    y = x.copy()
    p, q, r = np.split(y, [1, 4])
    q[0] = x[1] * r[0]
    y[5] = q[0] * p[0]
    return np.sum(y * y) + np.sum(r)


def uneven_pieces(x):
    y = x.copy()
    for p in np.array_split(y, 4):
        p[0] = p[-1] * x[0]
    return np.sum(y * y)


def columns_and_rows(m):
    a = m.copy()
    left, right = np.hsplit(a, [1])
    left[0] = right[1, 0] * m[2, 2]
    top, below = np.split(a, [1], axis=0)
    top[0] = below[1] * m[1, 1] * left[1]
    return np.sum(a * a) + np.sum(right)


# ---------------------------------------------------------------------------------------------------------- other views
def contiguous_already(m):
    a = np.ascontiguousarray(m)
    a[0, 0] = 3 * a[1, 1]
    return np.sum(m * a)


def not_contiguous_yet(m):
    a = np.ascontiguousarray(m.T)
    a[0, 1] = 3 * a[1, 1]
    return np.sum(m * a)


def real_parts(x):
    y = x.copy()
    r, s = np.real(y), y.real
    y[0] = 3 * x[1]
    r[1] = 2 * x[0]
    s[2] = r[1] * y[0]
    return np.sum(r * y)


def the_method_view(x):
    y = x.copy()
    v = y.view()
    v[0] = 3 * x[1]
    y[1] = x[0] * v[0]
    return np.sum(v * y)


def diagonals(m):
    a = m.copy()
    d, e = np.diag(a), a.diagonal(1)
    a[0, 0] = m[1, 1] * 2
    a[0, 1] = d[0] * m[0, 2]
    return np.sum(d * d) + np.sum(a) * e[0]


def named_axes(m):
    a = m.copy()[None]
    s = np.squeeze(a, axis=0)
    s[0, 0] = m[1, 1] * 2
    t = np.moveaxis(s, source=0, destination=1)
    t[0, 1] = s[0, 0] * m[0, 0]
    u = np.expand_dims(t, axis=0)
    u[0, 2, 2] = t[0, 1]
    return np.sum(s * m) + np.sum(a * a)


PROGRAMS = [
    Program(of_a_result, (M,)),
    Program(of_a_result_of_transposes, (M,)),
    Program(of_copies, (M,)),
    Program(of_an_argument, (M,), writes=True),
    Program(of_a_transpose, (M,)),
    Program(of_rows, (M,)),
    Program(of_products_and_choices, (M,)),
    Program(made_like_a_transpose, (M,)),
    Program(halves_and_strides, (X[:4],)),
    Program(split_in_two, (X,)),
    Program(split_at_places, (X,)),
    Program(uneven_pieces, (X,)),
    Program(columns_and_rows, (M,)),
    Program(contiguous_already, (M,), writes=True),
    Program(not_contiguous_yet, (M,)),
    Program(real_parts, (X,)),
    Program(the_method_view, (X,)),
    Program(diagonals, (M,)),
    Program(named_axes, (M,)),
]
