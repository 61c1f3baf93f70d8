"""Names that move from array to array: by a branch, in a loop, through a list; and others that stay with one of these."""

import numpy as np

from language.corpus import Program

X = np.array([0.7, 1.3, 2.1, 0.4])
M = np.array([[0.9, 0.2, 1.1], [0.5, 1.4, 0.3]])


# --------------------------------------------------------------------------------------------------- two change places
def read_under_its_first_name(x, n):
    u, v = x.copy(), np.zeros_like(x)
    old = u
    for _ in range(n):
        v[1:-1] = u[1:-1] * 0.5 + np.sin(u[:-2])
        u, v = v, u
    return np.sum(u * u) + np.sum(old * x)


def written_under_its_first_name(x, n):
    u, v = x.copy(), x * 0.5
    old = u
    for _ in range(n):
        v[1:] = u[:-1] * u[1:]
        u, v = v, u
        old[0] = old[0] * 0.5
    old[0] = 5.0 * x[0]
    return np.sum(u * v)


def three(x, n):
    a, b, c = x.copy(), x * 2, np.sin(x)
    first = a
    for _ in range(n):
        a[1:] += 0.3 * b[:-1] * c[0]
        a, b, c = b, c, a
    return np.sum(first * a) + np.sum(b) * c[1]


def sometimes(x, n):
    a, b = x.copy(), x * 2
    keep = a
    for t in range(n):
        b[1:] += 0.1 * a[:-1]
        if t % 3 == 1:
            a, b = b, a
    keep[0] += b[1]
    return np.sum(a * a * x) + np.sum(keep)


def until(x, n):
    a, b = x.copy(), x * 2
    keep = a
    for _ in range(n):
        b[1:] += 0.1 * a[:-1]
        a, b = b, a
        if a[1] > 2.6:
            break
    return np.sum(a * a * x) + np.sum(keep * b)


def loops_in_loops(x, n):
    a, b = x.copy(), x * 2
    keep = a
    for _ in range(n):
        for _ in range(2):
            b[1:] += 0.1 * a[:-1]
            a, b = b, a
        a, b = b, a
        keep[0] = keep[0] * 0.5
    return np.sum(a * a * x) + np.sum(keep * b)


def parts_of_one_array(x, n):
    y = x.copy()
    a, b = y[:2], y[2:]
    for _ in range(n):
        b[1:] += a[:-1] * a[1:]
        a, b = b, a
    return np.sum(a * a) + y[1] * y[3]


def averaged(u, v):
    v[1:-1] = 0.5 * (u[:-2] + u[2:])
    return v, u


def by_a_function(u, v, n):
    keep = u
    for _ in range(n):
        u, v = averaged(u, v)
    return np.sum(u * u) + np.sum(keep * v)


class Levels:
    def __init__(self, x):
        self.u, self.v = x.copy(), np.zeros_like(x)

    def step(self):
        self.v[1:] = self.u[:-1] * 0.5 + np.sin(self.u[1:])
        self.u, self.v = self.v, self.u


def of_an_object(x, n):
    levels = Levels(x)
    first = levels.u
    for _ in range(n):
        levels.step()
    return np.sum(levels.u * levels.v) + np.sum(first * x)


def of_a_dict(x, n):
    levels = {"u": x.copy(), "v": x * 0.5}
    for _ in range(n):
        levels["v"][1:] = levels["u"][:-1] * x[0]
        levels["u"], levels["v"] = levels["v"], levels["u"]
    return np.sum(levels["u"] * levels["v"])


def of_a_list(x, n):
    levels = [x.copy(), x * 0.5, np.zeros_like(x)]
    for _ in range(n):
        levels[2][1:-1] = 2 * levels[1][1:-1] - levels[0][1:-1] + 0.1 * levels[1][:-2]
        levels.append(levels.pop(0))
    return np.sum(levels[0] * levels[2])


# ------------------------------------------------------------------------------------------------ by a number of a list
def by_parity(x, n):
    buffers = [x.copy(), np.zeros_like(x)]
    for t in range(n):
        u, v = buffers[t % 2], buffers[(t + 1) % 2]
        v[1:-1] = u[:-2] * u[2:] + 0.5 * u[1:-1]
        v[0] = u[0]
    return np.sum(buffers[n % 2] ** 2) + buffers[0][1]


def by_a_number_that_moves(x, n):
    buffers = [x.copy(), np.zeros_like(x), np.sin(x)]
    keep, current = buffers[0], 0
    for _ in range(n):
        buffers[current - 1][1:] += buffers[current][:-1] * x[1:]
        buffers[current - 1] *= 0.9
        current = (current + 1) % 3
    return np.sum(buffers[current] * keep)


def one_array_twice(x, n):
    a = x.copy()
    buffers = [a, a]
    for t in range(n):
        buffers[t % 2][0] += buffers[1 - t % 2][1] * x[t]
    return np.sum(a * x)


# --------------------------------------------------------------------------------------------------------- by a branch
def view_of_one_of_two(x, flag):
    a, b = x.copy(), x * 2
    u = a if flag > 0 else b
    w = u[1:]
    a[1] = 5 * x[0]
    w[0] += 1.0 * x[2]
    return np.sum(w * w) + np.sum(a * b)


def transpose_of_one_of_two(m, flag):
    a, b = m.copy(), m * 2
    w = np.transpose(a if flag > 0 else b)
    a[0, 1] = 5 * m[0, 0]
    w[1, 0] += m[1, 1]
    return np.sum(w * w * m.T) + np.sum(a * b)


def one_of_three(x, p):
    a, b, c = x.copy(), x * 2, np.sin(x)
    if p > 2:
        u = a
    else:
        q = x[0] * p
        if q > 1.0:
            u = b
        else:
            u = c
    b[1] = 3.0 * x[2]
    u[0] = x[1] * u[1]
    return np.sum(a * b * c)


def one_of_three_in_a_loop(x, n):
    a, b, c = x.copy(), x * 2, np.sin(x)
    for p in range(n):
        if p > 2:
            u = a
        else:
            if p - 1 == 0:
                u = b
            else:
                u = c
        u[1:] += 0.3 * u[:-1] * x[0]
        b[0] = u[1] * c[0]
    return np.sum(a * b * c)


def place_found_in_a_branch(x, n):
    a, b = x.copy(), x * 2
    for p in range(n):
        if p % 2 == 0:
            k = p // 2
            u = a[k:]
        else:
            u = b
        u[0] = x[1] * u[1] + b[2]
    return np.sum(a * b)


def function_made_in_a_branch(x, n):
    def scaled(k, t):
        return k * t * t

    total = 0.0
    for p in range(n):
        if p % 2:
            k = np.sin(total) + x[0]

            def chosen(t, k=k):
                return scaled(k, t)
        else:
            chosen = np.cos
        total = total + np.sum(chosen(x))
    return total


PROGRAMS = [
    Program(read_under_its_first_name, (X, 3)),
    Program(read_under_its_first_name, (X, 0), name="none"),
    Program(written_under_its_first_name, (X, 3)),
    Program(three, (X, 4)),
    Program(sometimes, (X, 5)),
    Program(until, (X, 5)),
    Program(loops_in_loops, (X, 3)),
    Program(parts_of_one_array, (X, 3)),
    Program(by_a_function, (X, X * 0.3, 3), writes=True),
    Program(of_an_object, (X, 3)),
    Program(of_a_dict, (X, 3)),
    Program(of_a_list, (X, 4)),
    Program(by_parity, (X, 3)),
    Program(by_a_number_that_moves, (X, 4)),
    Program(one_array_twice, (X, 3)),
    Program(view_of_one_of_two, (X, 1), name="first"),
    Program(view_of_one_of_two, (X, 0), name="second"),
    Program(transpose_of_one_of_two, (M, 1), name="first"),
    Program(transpose_of_one_of_two, (M, 0), name="second"),
    Program(one_of_three, (X, 3), name="first"),
    Program(one_of_three, (X, 2), name="second"),
    Program(one_of_three, (X, 1), name="third"),
    Program(one_of_three_in_a_loop, (X, 4)),
    Program(place_found_in_a_branch, (X, 4)),
    Program(function_made_in_a_branch, (X, 4)),
]
