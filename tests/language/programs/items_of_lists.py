"""Arrays and lists that lists hold: filled, scaled and replaced where they are."""

import math

import numpy as np

from language.corpus import Program


def stored_after_append(x):
    hs = []
    for k in range(len(x)):
        hs.append(np.zeros(3))
        hs[-1][0] = x[k]
        hs[-1][1] = x[k] ** 2
    s = 0.0
    for h in hs:
        s += h[0] * h[1] + h[2]
    return s


def scaled_after_append(x):
    hs = []
    for k in range(len(x)):
        hs.append(x * k)
        hs[-1] *= x[k]
    return sum(h.sum() for h in hs)


def rows_by_index(m):
    n = m.shape[0]
    rows = [np.zeros(m.shape[1]) for _ in range(n)]
    for i in range(n):
        for j in range(m.shape[1]):
            rows[i][j] = m[i, j] ** 2
    s = 0.0
    for i in range(n):
        for j in range(1, m.shape[1]):
            s += rows[i][j] * rows[i][j - 1]
    return s


def rows_scaled_by_a_loop(m, n):
    rows = [m[0] * k for k in range(n)]
    for row in rows:
        row *= 2
    return sum(np.sum(row * m[1]) for row in rows)


def grid_of_arrays(x, n):
    grid = [np.zeros(4) for _ in range(n)]
    grid[0][:] = x
    for i in range(1, n):
        grid[i][0] = grid[i - 1][0]
        for j in range(1, 4):
            grid[i][j] = grid[i - 1][j] * 0.5 + grid[i - 1][j - 1] * x[j]
    return np.sum(grid[n - 1] ** 2)


def arrays_of_a_dict(x):
    d = {"a": np.zeros(2), "b": np.ones(2)}
    for i in range(len(x)):
        d["a"][i % 2] += x[i]
        d["b"][i % 2] *= x[i]
    return np.sum(d["a"] * d["b"])


class Body:
    def __init__(self, n):
        self.u = np.zeros(n)
        self.v = [0.0] * 3

    def push(self, i, v):
        self.u[i] = v
        self.v[i % 3] += v


def attributes_of_an_object(x):
    b = Body(4)
    for i in range(len(x)):
        b.u[i] = x[i] ** 2
    for i in range(1, len(x)):
        b.push(i, b.u[i - 1] * x[i])
    return np.sum(b.u) + b.v[0] * b.v[1]


def pairs_of_arrays(x, n):
    pairs = [(np.zeros(2), np.ones(2)) for _ in range(n)]
    for i in range(n):
        a, b = pairs[i]
        a[0] = x[i]
        b[1] = x[i + 1] * a[0]
    s = 0.0
    for a, b in pairs:
        s += np.dot(a, b) + np.sum(b**2)
    return s


def alignment_cost(x, y):
    n, m = len(x), len(y)
    table = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        table[i][0] = float(i)
    for j in range(1, m + 1):
        table[0][j] = float(j)
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            d = (x[i - 1] - y[j - 1]) ** 2
            table[i][j] = d + min(table[i - 1][j], table[i][j - 1], table[i - 1][j - 1])
    return table[n][m]


def table_by_rows(x, n):
    t = [[0.0 for _ in range(n)] for _ in range(n)]
    for i in range(n):
        t[i][0] = x[i]
        for j in range(1, n):
            t[i][j] += t[i][j - 1] * x[j] + (t[i - 1][j] if i > 0 else 1.0)
    return t[-1][-1]


def rows_of_growing_length(x):
    rows = []
    for i in range(len(x)):
        row = []
        for j in range(i + 1):
            row.append(x[i] * x[j])
        rows.append(row)
    rows[2][1] = x[0]
    return sum(rows[-1]) * rows[2][1]


def named_after_append(x):
    hs = []
    for k in range(len(x)):
        h = np.zeros(2)
        hs.append(h)
        h[0] = x[k]
        h[1] += x[k] * 3
    return hs[0][0] * hs[1][1] + hs[-1][0]


def layers_by_name(x):
    layers = []
    for n in range(3):
        layers.append(np.zeros(len(x)))
    for k in range(3):
        layer = layers[k]
        layer[0] = x[k]
        layer += x * k
    return np.sum(layers[0] * layers[1] + layers[2])


def rows_by_enumerate(x):
    rows = [x * 1.0 for _ in range(len(x))]
    for i, row in enumerate(rows):
        row[i] = row[i] ** 2
    total = 0.0
    for i, row in enumerate(rows):
        total = total + row[i] * row[0]
    return total


def game_of_intervals(x):
    n = len(x)
    dp = [[0.0] * n for _ in range(n)]
    for i in range(n):
        dp[i][i] = x[i]
    for length in range(2, n + 1):
        for i in range(n - length + 1):
            j = i + length - 1
            dp[i][j] = max(x[i] - dp[i + 1][j], x[j] - dp[i][j - 1])
    return dp[0][n - 1]


def triangle(x):
    rows = [[x[0]]]
    for i in range(1, len(x)):
        prev = rows[-1]
        row = [prev[0] * x[i]]
        for j in range(1, i):
            row.append(prev[j - 1] + prev[j] * x[j])
        row.append(prev[-1] + x[i])
        rows.append(row)
    return sum(rows[-1])


def neville(x):
    n = len(x)
    p = [list(x * 2.0)]
    for k in range(1, n):
        row = []
        for i in range(n - k):
            row.append(((1.0 - i) * p[k - 1][i] + (i + k) * p[k - 1][i + 1]) / k)
        p.append(row)
    return p[-1][0]


def romberg(x):
    R = []
    for i in range(4):
        R.append([0.0] * (i + 1))
        h = 1.0 / 2**i
        s = 0.0
        for k in range(2**i):
            s += math.sin(x[0] * (k + 0.5) * h) * h
        R[i][0] = s
        for j in range(1, i + 1):
            R[i][j] = (4**j * R[i][j - 1] - R[i - 1][j - 1]) / (4**j - 1)
    return R[3][3]


def swap_rows(x):
    A = [[x[0], x[1]], [x[2], x[3]]]
    A[0], A[1] = A[1], A[0]
    f = A[1][0] / A[0][0]
    for k in range(2):
        A[1][k] -= f * A[0][k]
    return A[1][1] * A[0][0]


def layers_of_state(x):
    states = [x.copy()]
    for t in range(5):
        new = states[-1].copy()
        new[1:-1] += 0.1 * (states[-1][2:] - 2 * states[-1][1:-1] + states[-1][:-2])
        states.append(new)
    return np.sum(states[-1] ** 2) + states[2][1]


def three_nested_lists(x):
    n = 3
    g = [[[0.0] * n for _ in range(n)] for _ in range(n)]
    for i in range(n):
        for j in range(n):
            for k in range(n):
                g[i][j][k] = x[i] * x[j] + (g[i][j][k - 1] if k else 0.0)
    return g[2][1][2] * g[0][0][1]


def buckets_that_grow(x):
    n = len(x)
    out = [[] for _ in range(3)]
    for i in range(n):
        out[i % 3].append(x[i] ** 2)
    s = 0.0
    for b in out:
        if len(b) > 1:
            s += b[0] * b[-1]
        else:
            s += b[0]
    return s


def adjacency(x):
    n = len(x)
    nbrs = [[] for _ in range(n)]
    w = [[] for _ in range(n)]
    for i in range(n - 1):
        nbrs[i].append(i + 1)
        nbrs[i + 1].append(i)
        w[i].append(x[i] * x[i + 1])
        w[i + 1].append(x[i] - x[i + 1])
    s = 0.0
    for i in range(n):
        for j, wij in zip(nbrs[i], w[i]):
            s += wij * x[j]
    return s


def history_changed(x):
    hist = []
    u = x.copy()
    for t in range(4):
        u = u * 0.5 + x
        hist.append(u)
        if t > 0:
            hist[t - 1][0] = hist[t][1]
    return np.sum(hist[0] * hist[1]) + u[0] * hist[-1][0]


def state_kept_then_changed(x):
    hist = []
    u = x * 1.5
    for t in range(4):
        hist.append(u)
        u = u * 0.5
        u[0] = x[t]
        hist[-1][1] = 3 * x[0]
    return np.sum(hist[0] * hist[1]) + np.sum(hist[2]) * u[0]


def copies_kept_and_changed(x):
    hist = []
    u = x * 1.5
    for t in range(4):
        hist.append(u.copy())
        u[0] = x[t] * u[1]
        u[1] += 1.0
        hist[-1][2] = u[0]
    return np.sum(hist[0] * hist[1]) + np.sum(hist[2]) * u[0]


class Particle:
    def __init__(self, p, v):
        self.p = p
        self.v = v


def objects_that_move(x):
    ps = [Particle(np.array([x[i], 1.0]), np.array([0.5, x[i]])) for i in range(3)]
    for t in range(4):
        for q in ps:
            q.p += 0.1 * q.v
            q.v[1] -= 0.1 * q.p[0]
    return sum(np.sum(q.p) for q in ps)


def row_filled_after_append(x):
    rows = []
    for i in range(len(x)):
        row = []
        rows.append(row)
        for j in range(3):
            row.append(x[i] * j)
    return sum(rows[-1])


def one_array_appended_again(x):
    hs = []
    s = x * 2.0
    for k in range(3):
        s *= 0.5
        hs.append(s)
    return hs[0].sum() * hs[-1].sum()


def previous_row(x):
    prev = [1.0] * len(x)
    for i in range(len(x)):
        cur = [0.0] * len(x)
        for j in range(len(x)):
            cur[j] = prev[j] * x[j] + (cur[j - 1] if j else 0.0)
        prev = cur
    prev[0] += x[0]
    return sum(prev)


def two_rows_in_turn(x):
    prev = [1.0] * len(x)
    cur = [0.0] * len(x)
    for i in range(len(x)):
        for j in range(len(x)):
            cur[j] = prev[j] * x[j] + (cur[j - 1] if j else 0.0)
        prev, cur = cur, prev
    return sum(prev) + cur[1]


def popped_under_two_names(x):
    hs = []
    for k in range(len(x)):
        hs.append(x * k)
    h = hs[-1]
    g = hs.pop()
    g[0] = x[1] ** 2
    return h[0] + h[1] * hs[-1][0]


def row_replaced(x):
    rows = [x * k for k in range(len(x))]
    row = rows[1]
    rows[1] = row * 2
    row[0] = x[0]
    rows[1][1] = x[3]
    return row[0] + rows[1][0] * row[1]


def name_moves_from_row_to_row(x):
    rows = [x * k for k in range(len(x))]
    last = rows[0]
    s = 0.0
    for k in range(1, len(x)):
        last[0] += x[k]
        s = s + rows[k - 1][0]
        last = rows[k]
    return s + rows[-1][0]


def rows_given_to_a_function(x):
    rows = [np.zeros(2) for _ in range(len(x))]

    def put(r, v):
        r[0] = v
        r[1] += v * 2

    for k in range(len(x)):
        put(rows[k], x[k])
        put(rows[k - 1], x[k] ** 2)
    return sum(r[0] * r[1] for r in rows)


X = np.array([0.7, 1.3, -2.1, 0.4])
M = np.array([[0.7, 1.3, -0.2], [0.5, -0.9, 1.1]])

PROGRAMS = [
    Program(stored_after_append, (X,)),
    Program(scaled_after_append, (X,)),
    Program(rows_by_index, (M,)),
    Program(rows_scaled_by_a_loop, (M, 3)),
    Program(grid_of_arrays, (X, 5)),
    Program(arrays_of_a_dict, (X,)),
    Program(attributes_of_an_object, (X,)),
    Program(pairs_of_arrays, (X, 3)),
    Program(alignment_cost, (X, np.array([0.5, 1.5, 0.3]))),
    Program(table_by_rows, (X, 4)),
    Program(rows_of_growing_length, (X,)),
    Program(named_after_append, (X,)),
    Program(layers_by_name, (X,)),
    Program(rows_by_enumerate, (X,)),
    Program(game_of_intervals, (X,)),
    Program(triangle, (X,)),
    Program(neville, (X,)),
    Program(romberg, (X,)),
    Program(swap_rows, (X,)),
    Program(layers_of_state, (X,)),
    Program(three_nested_lists, (X,)),
    Program(buckets_that_grow, (X,)),
    Program(adjacency, (X,)),
    Program(history_changed, (X,)),
    Program(state_kept_then_changed, (X,)),
    Program(copies_kept_and_changed, (X,)),
    Program(objects_that_move, (X,)),
    Program(row_filled_after_append, (X,)),
    Program(one_array_appended_again, (X,)),
    Program(previous_row, (X,)),
    Program(two_rows_in_turn, (X,)),
    Program(popped_under_two_names, (X,)),
    Program(row_replaced, (X,)),
    Program(name_moves_from_row_to_row, (X,)),
    Program(rows_given_to_a_function, (X,)),
]
