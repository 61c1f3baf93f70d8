"""Rows of a list in the hands of others: views, methods, loops over several, swaps, closures, early exits."""

import numpy as np

from language.corpus import Program


def views_of_items(x):
    rows = [x * k for k in range(len(x))]
    for i in range(len(x)):
        v = rows[i][1:]
        v[0] = x[i] ** 2
        w = rows[i][::-1]
        w[0] += v[0]
    return np.sum(rows[1] * rows[3])


def item_methods(x):
    rows = [x * (k + 1) for k in range(len(x))]
    for i in range(len(x)):
        rows[i].sort()
        rows[i][0] = x[i]
    rows[1].fill(3.0)
    np.copyto(rows[2], x * x)
    return np.sum(rows[0] * rows[1] + rows[2] * rows[3])


def item_out(x):
    rows = [np.zeros(4) for k in range(len(x))]
    for i in range(len(x)):
        np.multiply(x, x[i], out=rows[i])
        np.add.at(rows[i], [0, 0, 1], x[:3])
    return np.sum(rows[0] * rows[1])


def item_mask(x):
    rows = [x * (k + 1) for k in range(len(x))]
    for i in range(len(x)):
        rows[i][rows[i] > 1] *= x[i]
        rows[i][[0, 2]] = x[:2] ** 2
    return np.sum(rows[0] * rows[1] + rows[2])


def zip_rows(x):
    a = [x * k for k in range(len(x))]
    b = [x + k for k in range(len(x))]
    for r, s in zip(a, b):
        r += s * s
        s[0] = r[1]
    return np.sum(a[1] * b[2])


def pairs_in_loop(x):
    ps = [(x * k, x + k) for k in range(len(x))]
    for k, (a, b) in enumerate(ps):
        a[k] = b[k] ** 2
        b *= 0.5
    return np.sum(ps[0][0] * ps[1][1] + ps[3][0])


class Net:
    def __init__(self, x, n):
        self.w = [x * (k + 1.0) for k in range(n)]
        self.m = [np.zeros(len(x)) for _ in range(n)]

    def step(self, g, lr):
        for k in range(len(self.w)):
            self.m[k] = 0.9 * self.m[k] + g[k]
            self.w[k] -= lr * self.m[k]


def momentum(x, n):
    net = Net(x, n)
    for t in range(3):
        g = [w * w for w in net.w]
        net.step(g, 0.1)
    return sum(np.sum(w**2) for w in net.w)


def dict_rows(x, n):
    d = {"rows": [np.zeros(4) for _ in range(n)], "k": 0}
    for i in range(n):
        d["rows"][i][i] = x[i]
        d["rows"][i - 1][0] += x[i] ** 2
        d["k"] += 1
    return np.sum(d["rows"][0] * d["rows"][2]) * d["k"]


def swap_arrays(x):
    rows = [x * (k + 1) for k in range(len(x))]
    for i in range(len(x) - 1):
        rows[i], rows[i + 1] = rows[i + 1], rows[i]
    return np.sum(rows[0] * x + rows[-1])


def slice_assign(x):
    xs = [v * v for v in x]
    xs[1:3] = [x[0], x[1] * 2, 5.0]
    return xs[1] * xs[3] + xs[-1] + len(xs)


def break_in_rows(x):
    rows = [x * k for k in range(len(x))]
    for row in rows:
        row[0] = x[1]
        if row[1] > 2:
            break
        row[1] += 1.0
    return sum(np.sum(r) * r[0] for r in rows)


def while_rows(x):
    rows = []
    k = 0
    while k < 6 and (not rows or rows[-1][0] < 3):
        rows.append(x[:2] * k)
        if k > 1:
            rows[-2][1] = rows[-1][0] * 2
            rows[k - 2][0] *= 0.5
        k += 1
    return sum(np.sum(r) for r in rows) * rows[1][1]


def conditional_row(x):
    a = [x * k for k in range(len(x))]
    for i in range(len(x)):
        row = a[i] if x[i] > 0 else a[0]
        row[1] += x[i]
        if x[i] > 1:
            a[i][2] = row[1] * 2
        else:
            a[i - 1][2] += 1.0
    return np.sum(a[0] * a[1] + a[3])


def row_through_closure(x):
    rows = [np.zeros(3) for _ in range(len(x))]

    def put(i, v):
        rows[i][0] = v
        rows[i][1] += rows[i - 1][0]

    for i in range(len(x)):
        put(i, x[i] ** 2)
    return sum(r[0] * r[1] for r in rows)


def nested_lists_of_arrays(x):
    g = [[np.zeros(2) for _ in range(3)] for _ in range(len(x))]
    for i in range(len(x)):
        for j in range(3):
            g[i][j][0] = x[i] * j
            g[i][j][1] += g[i - 1][j][0] + 1.0
    return sum(np.sum(a) * a[1] for row in g for a in row)


def pop_then_change(x):
    rows = [x * k for k in range(1, len(x) + 1)]
    s = 0.0
    while len(rows) > 1:
        r = rows.pop()
        r *= 2
        r[0] = 1.0
        rows[-1] += r
        s += r[1]
    return s + np.sum(rows[0])


def keep_best(x):
    rows = [x * k for k in range(len(x))]
    best = rows[0]
    for r in rows:
        if r[0] > best[0]:
            best = r
    best[1] = 5.0 * x[0]
    return sum(np.sum(r**2) for r in rows)


def early_return(x):
    t = [[0.0] * 3 for _ in range(len(x))]
    for i in range(len(x)):
        t[i][0] = x[i]
        if x[i] < -1:
            return t[i][0] * t[i - 1][0]
        t[i][1] = t[i][0] ** 2
    return 0.0


def three_lists_one_row(x, n):
    a = [0.0] * n
    b = [a[:] for _ in range(n)]
    for i in range(n):
        b[i][i] = x[i]
        a[i] = x[i] * 2
        b[i][0] += a[i]
    return sum(b[2]) * a[1] + b[0][0]


def sorted_rows(x):
    rows = [x * k for k in range(len(x))]
    rows.sort(key=lambda r: r[0])
    return np.sum(rows[0] * x) + rows[-1][1]


def list_of_dicts_static(x):
    ps = [{"p": np.zeros(2), "v": x[:2] * k} for k in range(3)]
    for t in range(3):
        for q in ps:
            q["p"] += 0.1 * q["v"]
            q["v"][0] *= 0.9
    return sum(np.sum(q["p"]) for q in ps)


def slice_shapes(x):
    xs = [v * v for v in x]
    xs[:1] = []
    xs[5:] = [x[0], x[1]]
    xs[-1:] = [x[2]]
    xs[2:1] = [x[3] * 2]
    s = 0.0
    for k, v in enumerate(xs):
        s += k * v
    return s


def slice_of_repeat(x, n):
    xs = [0.0] * (n + 2)
    for i in range(n):
        xs[i : i + 2] = [x[i], xs[i] * x[i]]
    return sum(xs) * xs[n]


def elimination_with_row_swaps(a, b):
    n = len(b)
    A = [[a[i, j] for j in range(n)] + [b[i]] for i in range(n)]
    for c in range(n):
        p = c
        for r in range(c + 1, n):
            if abs(A[r][c]) > abs(A[p][c]):
                p = r
        A[c], A[p] = A[p], A[c]
        for r in range(c + 1, n):
            f = A[r][c] / A[c][c]
            for k in range(c, n + 1):
                A[r][k] = A[r][k] - f * A[c][k]
    x = [0.0] * n
    for i in range(n - 1, -1, -1):
        s = A[i][n]
        for k in range(i + 1, n):
            s -= A[i][k] * x[k]
        x[i] = s / A[i][i]
    return x[0] + 2 * x[1] - x[2]


X = np.array([0.7, 1.3, -2.1, 0.4])
M = np.array([[0.7, 1.3, -0.2], [0.5, -0.9, 1.1]])

PROGRAMS = [
    Program(views_of_items, (X,)),
    Program(item_methods, (X,)),
    Program(item_out, (X,)),
    Program(item_mask, (X,)),
    Program(zip_rows, (X,)),
    Program(pairs_in_loop, (X,)),
    Program(
        momentum,
        (
            X,
            4,
        ),
    ),
    Program(
        dict_rows,
        (
            X,
            3,
        ),
    ),
    Program(swap_arrays, (X,)),
    Program(slice_assign, (X,)),
    Program(break_in_rows, (X,)),
    Program(while_rows, (X,)),
    Program(conditional_row, (X,)),
    Program(row_through_closure, (X,)),
    Program(nested_lists_of_arrays, (X,)),
    Program(pop_then_change, (X,)),
    Program(keep_best, (X,)),
    Program(early_return, (X,)),
    Program(
        three_lists_one_row,
        (
            X,
            3,
        ),
    ),
    Program(sorted_rows, (X,)),
    Program(list_of_dicts_static, (X,)),
    Program(slice_shapes, (X,)),
    Program(
        slice_of_repeat,
        (
            X,
            3,
        ),
    ),
    Program(
        elimination_with_row_swaps,
        (np.array([[0.1, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 10.0]]), np.array([1.0, 2.0, 3.0])),
    ),
    Program(early_return, (np.abs(X),), name="to-the-end"),
]
